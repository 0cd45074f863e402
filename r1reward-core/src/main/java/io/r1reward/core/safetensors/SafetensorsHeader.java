package io.r1reward.core.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.io.ByteStreams;
import com.google.common.primitives.ImmutableLongArray;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.Json;
import io.r1reward.core.json.JsonFault;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Header of a safetensors file: eight bytes with the little-endian length of a JSON text, the text,
 * then the tensors' bytes without a gap.
 *
 * <p>Checked, each with a message that names file, tensor, value and limit: at least 8 bytes; at
 * most {@value #MAX_LENGTH} bytes of JSON, inside the file, beginning with <code>{</code>, in valid
 * UTF-8, without duplicate keys at any level and without anything but spaces behind it; metadata of
 * texts only; tensors of exactly {@code dtype}, {@code shape} and {@code data_offsets}; known
 * formats; whole, non-negative numbers below 2^63; sizes in checked arithmetic; offsets in order
 * and as far apart as format and shape say; no overlap, no hole, no byte missing or left at the
 * end. The reference parser of the format lets duplicate and unknown keys pass; here they are
 * refused.
 *
 * @param metadata texts under {@code __metadata__}
 * @param entries tensors in the order of their bytes
 * @param dataPosition first byte of the file behind the header
 */
record SafetensorsHeader(
    ImmutableMap<String, String> metadata, ImmutableList<Entry> entries, long dataPosition) {

  /** Most bytes of JSON, as in the reference parser. */
  static final int MAX_LENGTH = 100_000_000;

  /** Length of the field that holds the length of the JSON. */
  static final int PREFIX = Long.BYTES;

  /** A tensor and where its bytes are, counted from the end of the header. */
  record Entry(TensorInfo info, long begin, long end) {}

  /** Reads and checks the header of a file. */
  static SafetensorsHeader read(Path path, FileChannel channel) throws IOException {
    long fileSize = channel.size();
    if (fileSize < PREFIX) {
      throw new CheckpointException(
          path + ": " + fileSize + " bytes are too short for a safetensors file, at least 8");
    }
    ByteBuffer prefix = ByteBuffer.allocate(PREFIX).order(ByteOrder.LITTLE_ENDIAN);
    channel.position(0);
    InputStream stream = Channels.newInputStream(channel);
    ByteStreams.readFully(stream, prefix.array());
    long length = prefix.getLong(0);
    refuseOtherFormats(path, prefix.array());
    if (length < 0 || length > MAX_LENGTH) {
      throw new CheckpointException(
          String.format(
              "%s: header length %s exceeds the limit of %d bytes",
              path, Long.toUnsignedString(length), MAX_LENGTH));
    }
    if (length > fileSize - PREFIX) {
      throw new CheckpointException(
          String.format(
              "%s: header length %d reaches behind the end of the file of %d bytes; is the"
                  + " download complete?",
              path, length, fileSize));
    }
    Reader utf8 =
        new InputStreamReader(
            ByteStreams.limit(stream, length), StandardCharsets.UTF_8.newDecoder());
    try {
      return new Parse(path).header(utf8, length, fileSize);
    } catch (CharacterCodingException e) {
      throw new CheckpointException(path + ": header is not valid UTF-8: " + e.getMessage(), e);
    }
  }

  /** Names what people take for weights more often than damaged ones. */
  private static void refuseOtherFormats(Path path, byte[] start) {
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (text.equals("version ")) {
      throw new CheckpointException(
          path
              + ": is a pointer of Git LFS, not the weights; fetch them with \"git lfs pull\", or"
              + " download the file again");
    }
    if (text.startsWith("PK\3\4")) {
      throw new CheckpointException(
          path + ": is a pickled file of PyTorch under another name; save it as safetensors");
    }
    if (text.startsWith("<!DOCTY") || text.toLowerCase(Locale.ROOT).startsWith("<html")) {
      throw new CheckpointException(
          path + ": is a web page, not the weights; the download needs a login or another address");
    }
  }

  /** State of one reading. */
  private static final class Parse {
    private final Path path;
    private final ImmutableMap.Builder<String, String> metadata = ImmutableMap.builder();
    private final List<Entry> entries = new ArrayList<>();

    Parse(Path path) {
      this.path = path;
    }

    SafetensorsHeader header(Reader text, long length, long fileSize) throws IOException {
      try (JsonParser json = Json.parser(text)) {
        expect(json.nextToken(), JsonToken.START_OBJECT, "header");
        if (json.currentTokenLocation().getCharOffset() != 0) {
          throw new CheckpointException(path + ": header does not start with '{'");
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String name = wellFormed(json.currentName());
          expect(json.nextToken(), JsonToken.START_OBJECT, name);
          if (name.equals("__metadata__")) {
            metadata(json);
          } else {
            entries.add(tensor(name, json));
          }
        }
        if (json.nextToken() != null) {
          throw new CheckpointException(path + ": header goes on behind its closing '}'");
        }
      } catch (CharacterCodingException e) {
        throw e;
      } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
        throw new CheckpointException(path + ": header is not valid: " + JsonFault.of(e), e);
      }
      checkLayout(fileSize - PREFIX - length);
      return new SafetensorsHeader(
          metadata.buildOrThrow(), ImmutableList.copyOf(entries), PREFIX + length);
    }

    private void metadata(JsonParser json) throws IOException {
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String key = json.currentName();
        expect(json.nextToken(), JsonToken.VALUE_STRING, "__metadata__." + key);
        metadata.put(key, json.getText());
      }
    }

    private Entry tensor(String name, JsonParser json) throws IOException {
      DType dtype = null;
      ImmutableLongArray shape = null;
      ImmutableLongArray offsets = null;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String key = json.currentName();
        json.nextToken();
        switch (key) {
          case "dtype" -> dtype = dtype(name, json);
          case "shape" -> shape = numbers(name, "shape", json);
          case "data_offsets" -> offsets = numbers(name, "data_offsets", json);
          default -> throw broken(name, "unknown key '" + key + "'");
        }
      }
      return entry(
          name,
          given(name, "dtype", dtype),
          given(name, "shape", shape),
          given(name, "data_offsets", offsets));
    }

    private Entry entry(
        String name, DType dtype, ImmutableLongArray shape, ImmutableLongArray offsets) {
      TensorInfo info;
      try {
        info = new TensorInfo(name, dtype, shape);
      } catch (CheckpointException e) {
        throw new CheckpointException(path + ": " + e.getMessage(), e);
      }
      if (offsets.length() != 2) {
        throw broken(name, "data_offsets has " + offsets.length() + " numbers, expected 2");
      }
      long begin = offsets.get(0);
      long end = offsets.get(1);
      if (begin > end) {
        throw broken(name, "data_offsets begin at " + begin + ", behind their end at " + end);
      }
      if (end - begin != info.bytes()) {
        throw broken(
            name,
            String.format(
                "data_offsets %s span %d bytes, %s %s has %d",
                offsets, end - begin, dtype, shape, info.bytes()));
      }
      return new Entry(info, begin, end);
    }

    private DType dtype(String tensor, JsonParser json) throws IOException {
      expect(json.currentToken(), JsonToken.VALUE_STRING, tensor + ".dtype");
      String value = json.getText();
      return DType.byName(value).orElseThrow(() -> broken(tensor, "unknown dtype '" + value + "'"));
    }

    private ImmutableLongArray numbers(String tensor, String key, JsonParser json)
        throws IOException {
      expect(json.currentToken(), JsonToken.START_ARRAY, tensor + "." + key);
      ImmutableLongArray.Builder numbers = ImmutableLongArray.builder(4);
      while (json.nextToken() != JsonToken.END_ARRAY) {
        expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, tensor + "." + key);
        if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
          throw broken(tensor, key + " " + json.getText() + " exceeds the limit of 2^63 - 1");
        }
        if (json.getText().startsWith("-")) {
          throw broken(tensor, key + " " + json.getText() + " is negative");
        }
        numbers.add(json.getLongValue());
      }
      return numbers.build();
    }

    /** Sorts by position and checks that the tensors cover all data exactly once. */
    private void checkLayout(long dataBytes) {
      entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
      long covered = 0;
      String previous = "the header";
      for (Entry entry : entries) {
        String name = entry.info().name();
        if (entry.begin() < covered) {
          throw broken(
              name, "begins at " + entry.begin() + ", overlaps " + previous + " up to " + covered);
        }
        if (entry.begin() > covered) {
          throw broken(
              name,
              "begins at " + entry.begin() + ", hole behind " + previous + " from " + covered);
        }
        if (entry.end() > dataBytes) {
          throw broken(
              name, "ends at " + entry.end() + ", behind the end of the data at " + dataBytes);
        }
        covered = entry.end();
        previous = "tensor " + name;
      }
      if (covered != dataBytes) {
        throw new CheckpointException(
            String.format(
                "%s: %d bytes are left behind the last tensor, which ends at %d",
                path, dataBytes - covered, covered));
      }
    }

    private void expect(@Nullable JsonToken got, JsonToken wanted, String where)
        throws IOException {
      if (got != wanted) {
        throw new CheckpointException(
            String.format(
                "%s: header: %s is %s, expected %s",
                path, where, got == null ? "missing" : Json.kind(got), Json.kind(wanted)));
      }
    }

    /** Refuses half a surrogate pair, which an escape can smuggle into valid UTF-8. */
    private String wellFormed(String name) {
      try {
        var unused = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name));
        return name;
      } catch (CharacterCodingException e) {
        throw new CheckpointException(path + ": a tensor's name is not valid Unicode", e);
      }
    }

    private <T> T given(String tensor, String key, @Nullable T value) {
      if (value == null) {
        throw broken(tensor, key + " is missing");
      }
      return value;
    }

    private CheckpointException broken(String tensor, String what) {
      return new CheckpointException(path + ": tensor " + tensor + ": " + what);
    }
  }
}
