package io.r1reward.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.InvalidInputException;
import io.r1reward.train.data.layout.DatasetLayout;
import io.r1reward.train.data.layout.LayoutConversion;
import io.r1reward.train.data.layout.PictureStore;
import io.r1reward.train.data.table.RecordReader;
import io.r1reward.train.data.table.Records;
import io.r1reward.train.data.table.TableRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ParquetFormatTest {
  private static final String FIELDS = "required int32 n; optional binary s (STRING);";

  @TempDir Path folder;

  private Path numbers(String name, CompressionCodecName compression, int rows) throws IOException {
    return ParquetFiles.rows(
        folder.resolve(name),
        FIELDS,
        compression,
        rows,
        (i, group) -> {
          group.append("n", i);
          if (i % 3 != 0) {
            group.append("s", "text " + i % 7);
          }
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"UNCOMPRESSED", "SNAPPY", "ZSTD", "GZIP", "LZ4_RAW"})
  void reads_every_row_of_several_groups(CompressionCodecName compression) throws IOException {
    List<ObjectNode> rows = ParquetFiles.read(numbers("a.parquet", compression, 250));

    assertThat(rows).hasSize(250);
    for (int i = 0; i < 250; i++) {
      assertThat(rows.get(i))
          .hasToString(
              "{\"n\":%d,\"s\":%s}".formatted(i, i % 3 == 0 ? "null" : "\"text " + i % 7 + "\""));
    }
  }

  @Test
  void numbers_rows_and_ends() throws IOException {
    Path file = numbers("no-extension", CompressionCodecName.SNAPPY, 101);
    try (RecordReader reader = Records.open(file)) {
      for (int i = 1; i <= 101; i++) {
        TableRow row = reader.next();
        assertThat(row.number()).isEqualTo(i);
        assertThat(row.place()).isEqualTo(file + " row " + i);
      }
      assertThat(reader.next()).isNull();
      assertThat(reader.next()).isNull();
    }
  }

  @Test
  void reads_a_file_without_rows() throws IOException {
    assertThat(ParquetFiles.read(numbers("a.parquet", CompressionCodecName.ZSTD, 0))).isEmpty();
  }

  @Test
  void names_a_file_that_is_no_parquet() throws IOException {
    Path text = Files.writeString(folder.resolve("a.PARQUET"), "{\"prompt\": 1}\n");
    assertThatThrownBy(() -> Records.open(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(text + " is no Parquet file: its 14 bytes do not begin with PAR1");

    Path empty = Files.writeString(folder.resolve("empty.parquet"), "");
    assertThatThrownBy(() -> Records.open(empty))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(empty + " is no Parquet file: its 0 bytes do not begin with PAR1");

    Path magic = Files.writeString(folder.resolve("magic.parquet"), "PAR1");
    assertThatThrownBy(() -> Records.open(magic))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(magic + " is cut off: its 4 bytes do not end with PAR1");
  }

  @Test
  void names_a_file_that_is_cut_off() throws IOException {
    Path file = numbers("a.parquet", CompressionCodecName.SNAPPY, 250);
    byte[] bytes = Files.readAllBytes(file);
    for (int length : new int[] {bytes.length - 1, bytes.length / 2, 5}) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> Records.open(file))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("%s is cut off: its %d bytes do not end with PAR1".formatted(file, length));
    }
  }

  @Test
  void names_a_file_whose_description_is_broken() throws IOException {
    Path file = numbers("a.parquet", CompressionCodecName.SNAPPY, 10);
    byte[] bytes = Files.readAllBytes(file);
    // behind the footer stand its length, in 4 bytes, and the magic
    for (int at = bytes.length - 8; at < bytes.length - 4; at++) {
      byte[] broken = bytes.clone();
      broken[at] ^= 0x7f;
      Files.write(file, broken);
      assertThatThrownBy(() -> Records.open(file))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(file + " is a broken Parquet file: ");
    }
  }

  @Test
  void names_the_row_behind_which_a_file_is_broken() throws IOException {
    Path file = numbers("a.parquet", CompressionCodecName.UNCOMPRESSED, 250);
    byte[] bytes = Files.readAllBytes(file);
    int second = indexOf(bytes, new byte[] {100, 0, 0, 0, 101, 0, 0, 0});
    bytes[second] ^= 1; // of the second group's first page, whose checksum the writer wrote
    Files.write(file, bytes);

    try (RecordReader reader = Records.open(file)) {
      for (int i = 0; i < 100; i++) {
        assertThat(reader.next().fields().get("n").intValue()).isEqualTo(i);
      }
      assertThatThrownBy(reader::next)
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(file + " cannot be read behind row 100: ")
          .hasMessageContaining("CRC");
      assertThat(reader.next()).isNull();
    }
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; i + part.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new AssertionError("not there");
  }

  @ParameterizedTest
  @EnumSource(names = {"UNCOMPRESSED", "SNAPPY", "ZSTD", "GZIP", "LZ4_RAW"})
  void a_file_with_a_broken_byte_is_read_or_told(CompressionCodecName compression)
      throws IOException {
    Path file = numbers("a.parquet", compression, 10);
    byte[] bytes = Files.readAllBytes(file);
    int told = 0;
    for (int at = 0; at < bytes.length; at += 23) {
      byte[] broken = bytes.clone();
      broken[at] ^= (byte) 0xff;
      Files.write(file, broken);
      try {
        ParquetFiles.read(file);
      } catch (InvalidInputException e) {
        assertThat(e).hasMessageStartingWith(file + " ");
        told++;
      }
    }
    assertThat(told).isGreaterThan(bytes.length / 23 / 4);
  }

  @Test
  void names_a_compression_that_is_not_read() throws IOException {
    Path file = numbers("a.parquet", CompressionCodecName.BROTLI, 10);
    try (RecordReader reader = Records.open(file)) {
      assertThatThrownBy(reader::next)
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              file
                  + " cannot be read behind row 0: compression BROTLI is not read, only"
                  + " UNCOMPRESSED, SNAPPY, GZIP, ZSTD and LZ4_RAW");
    }
  }

  @Test
  void a_file_that_is_not_there_is_no_broken_one() {
    assertThatThrownBy(() -> new ParquetFormat().open(folder.resolve("none.parquet")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void rlaif_v_becomes_pairs_and_a_picture() throws IOException {
    byte[] png = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 1, 2, 3};
    Path file =
        ParquetFiles.rows(
            folder.resolve("rlaif-v.parquet"),
            "optional binary ds_name (STRING); optional group image { optional binary bytes;"
                + " optional binary path (STRING); } optional binary question (STRING);"
                + " optional binary chosen (STRING); optional binary rejected (STRING);"
                + " optional binary origin_dataset (STRING); optional binary origin_split (STRING);"
                + " optional int64 idx; optional binary image_path (STRING);",
            CompressionCodecName.SNAPPY,
            3,
            (i, group) -> {
              group.append("ds_name", "RLAIF-V");
              if (i < 2) {
                group.addGroup("image").append("bytes", Binary.fromConstantByteArray(png));
              }
              group.append("question", "How many " + i + "?").append("chosen", "One.");
              group.append("rejected", "Two.").append("origin_dataset", "COCO");
              group.append("idx", (long) i);
            });

    try (LayoutConversion conversion =
        LayoutConversion.open(file, null, new PictureStore(folder, "pictures"))) {
      for (int i = 0; i < 2; i++) {
        ObjectNode pair = conversion.next();
        assertThat(pair.get("id").textValue()).isEqualTo("RLAIF-V-" + i);
        assertThat(pair.get("question").textValue()).isEqualTo("How many " + i + "?");
        assertThat(pair.get("chosen").textValue()).isEqualTo("One.");
        assertThat(pair.get("rejected").textValue()).isEqualTo("Two.");
        assertThat(folder.resolve(pair.get("image").textValue())).hasBinaryContent(png);
      }
      assertThat(conversion.next()).isNull();
      assertThat(conversion.layout()).isEqualTo(DatasetLayout.RLAIF_V);
      assertThat(conversion.drops().values())
          .singleElement()
          .satisfies(
              dropped ->
                  assertThat(dropped.first())
                      .isEqualTo(file + " row 3: image or image_path names no picture"));
    }
    assertThat(folder.resolve("pictures")).isDirectoryContaining("glob:**.png");
  }
}
