package io.r1reward.core.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reference files as the tests of this package need them. */
final class Fixtures {
  static final List<String> CHECKPOINTS = List.of("qwen25vl-tiny", "qwen25vl-tiny-tied");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Fixtures() {}

  static Path path(String name) {
    try {
      return Path.of(Resources.getResource("reference/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static JsonNode json(String name) {
    try {
      return MAPPER.readTree(path(name).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int[] ints(JsonNode array) {
    return array.valueStream().mapToInt(JsonNode::intValue).toArray();
  }

  /** Messages as the reference writes them, in any of the forms that the template understands. */
  static List<Message> messages(JsonNode chat) {
    List<Message> messages = new ArrayList<>();
    for (JsonNode message : chat) {
      JsonNode content = message.get("content");
      List<Part> parts = new ArrayList<>();
      if (content.isTextual()) {
        parts.add(Part.text(content.asText()));
      }
      for (JsonNode part : content) {
        if (part.has("image")
            || part.has("image_url")
            || part.path("type").asText().equals("image")) {
          parts.add(Part.IMAGE);
        } else if (part.has("video")) {
          parts.add(Part.VIDEO);
        } else if (part.has("text")) {
          parts.add(Part.text(part.get("text").asText()));
        }
      }
      messages.add(Message.of(message.get("role").asText(), parts));
    }
    return messages;
  }

  /** Reads an I64 tensor, row-major; empty where the file has none of that name. */
  static long[] longs(String file, String tensor) {
    try {
      ByteBuffer data =
          ByteBuffer.wrap(Files.readAllBytes(path(file))).order(ByteOrder.LITTLE_ENDIAN);
      int headerLength = Math.toIntExact(data.getLong(0));
      JsonNode info =
          MAPPER.readTree(data.array(), Long.BYTES, headerLength).path(tensor).path("data_offsets");
      if (info.isMissingNode()) {
        return new long[0];
      }
      int from = info.get(0).intValue();
      long[] values = new long[(info.get(1).intValue() - from) / Long.BYTES];
      data.position(Long.BYTES + headerLength + from);
      data.slice().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(values);
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
