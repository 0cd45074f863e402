package io.r1reward.core.safetensors;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.common.primitives.Bytes;
import io.r1reward.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One hostile file for each rule of the format. */
class HostileSafetensorsTest {
  private static final String GOOD = "\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]";

  @TempDir Path folder;

  @Test
  void refuses_a_missing_file() {
    Path path = folder.resolve("nowhere.safetensors");
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> SafetensorsFile.open(path).close())
        .withMessageContaining("nowhere.safetensors: cannot be read");
  }

  @Test
  void refuses_a_folder() {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> SafetensorsFile.open(folder).close())
        .withMessageContaining("cannot be read");
  }

  @Test
  void refuses_files_that_end_inside_the_length_or_the_header() throws IOException {
    refusesBytes(new byte[0], "0 bytes are too short for a safetensors file, at least 8");
    refusesBytes(new byte[7], "7 bytes are too short");
    refusesBytes(
        Bytes.concat(length(3), "{}".getBytes(UTF_8)),
        "header length 3 reaches behind the end of the file of 10 bytes");
  }

  @Test
  void refuses_headers_above_100_000_000_bytes() throws IOException {
    refusesBytes(length(100_000_001), "header length 100000001 exceeds the limit of 100000000");
    refusesBytes(length(-1), "header length 18446744073709551615 exceeds the limit");
    // at the limit itself, what is wrong is the end of the file
    refusesBytes(length(100_000_000), "header length 100000000 reaches behind the end of the file");
  }

  @Test
  void reads_a_header_of_the_full_100_000_000_bytes_in_little_memory() throws IOException {
    Path path = folder.resolve("long.safetensors");
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(length(100_000_000)));
      channel.write(ByteBuffer.wrap("{".getBytes(UTF_8)));
      byte[] spaces = " ".repeat(1_000_000).getBytes(UTF_8);
      for (int i = 0; i < 99; i++) {
        channel.write(ByteBuffer.wrap(spaces));
      }
      channel.write(ByteBuffer.wrap(spaces, 0, 999_998));
      channel.write(ByteBuffer.wrap("]".getBytes(UTF_8)));
    }
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> SafetensorsFile.open(path).close())
        .withMessageContaining("header is not valid: Unexpected close marker ']'");
  }

  @Test
  void refuses_headers_that_are_not_one_object() throws IOException {
    refuses("", "header: header is missing, expected an object");
    refuses(" {}", "header does not start with '{'");
    refuses("[]", "header: header is an array, expected an object");
    refuses("\"{}\"", "header: header is a string, expected an object");
    refuses("{", "header is not valid: Unexpected end-of-input");
    refuses("{}{}", "header goes on behind its closing '}'");
    refuses("{} x", "header is not valid: Unrecognized token 'x'");
    refuses("{}\0", "header is not valid: Illegal character");
    refuses("{'a':1}", "header is not valid: Unexpected character");
    refuses("{\"__metadata__\":{},}", "header is not valid: Unexpected character ('}'");
    refuses("\uFEFF{}", "header is not valid: Unexpected character");
  }

  @Test
  void refuses_malformed_utf_8() throws IOException {
    for (String malformed :
        new String[] {
          "\u00ff", // never valid
          "\u00c3(", // cut off
          "\u00c0\u00af", // overlong '/'
          "\u00ed\u00a0\u0080", // half a surrogate pair
          "\u00f4\u0090\u0080\u0080" // above U+10FFFF
        }) {
      byte[] header = ("{\"" + malformed + "\":{" + GOOD + "}}").getBytes(ISO_8859_1);
      refusesBytes(
          Bytes.concat(length(header.length), header, new byte[8]), "header is not valid UTF-8");
    }
    refuses("{\"\\ud800\":{" + GOOD + "}}", "a tensor's name is not valid Unicode");
  }

  @Test
  void refuses_duplicate_keys_at_every_level() throws IOException {
    refuses(
        "{\"a\":{" + GOOD + "},\"a\":{" + GOOD + "}}", "header is not valid: Duplicate field 'a'");
    refuses(
        "{\"a\":{" + GOOD + "},\"\\u0061\":{" + GOOD + "}}",
        "header is not valid: Duplicate field 'a'");
    refuses("{\"a\":{" + GOOD + ",\"dtype\":\"F32\"}}", "Duplicate field 'dtype'");
    refuses("{\"__metadata__\":{},\"__metadata__\":{}}", "Duplicate field '__metadata__'");
    refuses("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", "Duplicate field 'k'");
  }

  @Test
  void refuses_metadata_other_than_texts() throws IOException {
    refuses("{\"__metadata__\":[]}", "header: __metadata__ is an array, expected an object");
    refuses("{\"__metadata__\":{\"k\":1}}", "__metadata__.k is a whole number, expected a string");
    refuses("{\"__metadata__\":{\"k\":{}}}", "__metadata__.k is an object, expected a string");
    refuses("{\"__metadata__\":{\"k\":null}}", "__metadata__.k is null, expected a string");
  }

  @Test
  void refuses_incomplete_or_unknown_descriptions() throws IOException {
    refuses("{\"a\":7}", "header: a is a whole number, expected an object");
    refuses("{\"a\":{}}", "tensor a: dtype is missing");
    refuses("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", "tensor a: shape is missing");
    refuses("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", "tensor a: data_offsets is missing");
    refuses("{\"a\":{" + GOOD + ",\"extra\":[[1]]}}", "tensor a: unknown key 'extra'");
    refuses(tensor("\"F33\"", "[2]", "[0,8]"), "tensor a: unknown dtype 'F33'");
    refuses(tensor("\"f32\"", "[2]", "[0,8]"), "tensor a: unknown dtype 'f32'");
    refuses(tensor("32", "[2]", "[0,8]"), "a.dtype is a whole number, expected a string");
    refuses(tensor("\"F32\"", "2", "[0,8]"), "a.shape is a whole number, expected an array");
    refuses(tensor("\"F32\"", "[2]", "[0]"), "tensor a: data_offsets has 1 numbers, expected 2");
    refuses(tensor("\"F32\"", "[2]", "[0,4,8]"), "data_offsets has 3 numbers, expected 2");
  }

  @Test
  void refuses_numbers_that_are_negative_broken_or_too_large() throws IOException {
    refuses(tensor("\"F32\"", "[-2]", "[0,8]"), "tensor a: shape -2 is negative");
    refuses(tensor("\"F32\"", "[-0]", "[0,0]"), "tensor a: shape -0 is negative");
    refuses(tensor("\"F32\"", "[2.0]", "[0,8]"), "a.shape is a number with a fraction");
    refuses(tensor("\"F32\"", "[2e0]", "[0,8]"), "a.shape is a number with a fraction");
    refuses(tensor("\"F32\"", "[\"2\"]", "[0,8]"), "a.shape is a string, expected a whole number");
    refuses(tensor("\"F32\"", "[null]", "[0,8]"), "a.shape is null, expected a whole number");
    refuses(tensor("\"F32\"", "[[2]]", "[0,8]"), "a.shape is an array, expected a whole number");
    refuses(
        tensor("\"F32\"", "[9223372036854775808]", "[0,8]"),
        "shape 9223372036854775808 exceeds the limit of 2^63 - 1");
    refuses(
        tensor("\"F32\"", "[2]", "[0,18446744073709551624]"),
        "data_offsets 18446744073709551624 exceeds the limit");
    refuses(tensor("\"F32\"", "[02]", "[0,8]"), "header is not valid: Invalid numeric value");
  }

  @Test
  void refuses_sizes_that_overflow() throws IOException {
    // 2^32 * 2^32 elements, and 2^62 elements of 4 bytes: both are 0 modulo 2^64
    refuses(
        tensor("\"F32\"", "[4294967296,4294967296]", "[0,0]"),
        "tensor a: size of F32 [4294967296, 4294967296] overflows 64 bits");
    refuses(tensor("\"F32\"", "[4611686018427387904]", "[0,0]"), "overflows 64 bits");
    refuses(
        tensor("\"U8\"", "[9223372036854775807,9223372036854775807,0]", "[0,0]"),
        "overflows 64 bits");
  }

  @Test
  void refuses_offsets_that_do_not_fit_the_shape() throws IOException {
    refuses(tensor("\"F32\"", "[2]", "[8,0]"), "data_offsets begin at 8, behind their end at 0");
    refuses(tensor("\"F32\"", "[3]", "[0,8]"), "data_offsets [0, 8] span 8 bytes, F32 [3] has 12");
    refuses(tensor("\"F32\"", "[]", "[0,8]"), "data_offsets [0, 8] span 8 bytes, F32 [] has 4");
  }

  @Test
  void refuses_overlapping_tensors() throws IOException {
    refuses(two("[0,8]", "[4,12]"), 12, "tensor b: begins at 4, overlaps tensor a up to 8");
    refuses(two("[0,8]", "[0,8]"), 8, "overlaps tensor a up to 8");
  }

  @Test
  void refuses_holes() throws IOException {
    refuses(two("[0,8]", "[12,20]"), 20, "tensor b: begins at 12, hole behind tensor a from 8");
    refuses(two("[4,12]", "[12,20]"), 20, "tensor a: begins at 4, hole behind the header from 0");
  }

  @Test
  void refuses_truncated_data() throws IOException {
    refuses(two("[0,8]", "[8,16]"), 15, "tensor b: ends at 16, behind the end of the data at 15");
    refuses(
        tensor("\"U8\"", "[9223372036854775807]", "[0,9223372036854775807]"),
        8,
        "ends at 9223372036854775807, behind the end of the data at 8");
  }

  @Test
  void refuses_trailing_data() throws IOException {
    refuses(two("[0,8]", "[8,16]"), 17, "1 bytes are left behind the last tensor");
    refuses("{}", 1, "1 bytes are left behind the last tensor, which ends at 0");
  }

  private static String tensor(String dtype, String shape, String offsets) {
    return "{\"a\":{\"dtype\":"
        + dtype
        + ",\"shape\":"
        + shape
        + ",\"data_offsets\":"
        + offsets
        + "}}";
  }

  private static String two(String first, String second) {
    String form = "\"%s\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":%s}";
    return "{" + String.format(form, "a", first) + "," + String.format(form, "b", second) + "}";
  }

  private void refuses(String header, String message) throws IOException {
    refuses(header, 8, message);
  }

  private void refuses(String header, int dataBytes, String message) throws IOException {
    Path path = folder.resolve("hostile.safetensors");
    write(path, header.getBytes(UTF_8), new byte[dataBytes]);
    refuses(path, message);
  }

  private void refusesBytes(byte[] bytes, String message) throws IOException {
    refuses(Files.write(folder.resolve("hostile.safetensors"), bytes), message);
  }

  private static void refuses(Path path, String message) {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> SafetensorsFile.open(path).close())
        .withMessageStartingWith(path + ": ")
        .withMessageContaining(message);
  }

  static Path write(Path path, byte[] header, byte[] data) throws IOException {
    return Files.write(path, Bytes.concat(length(header.length), header, data));
  }

  private static byte[] length(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }
}
