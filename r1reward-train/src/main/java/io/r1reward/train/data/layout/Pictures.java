package io.r1reward.train.data.layout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.train.data.PairJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Pictures of records: paths, {@code {"bytes", "path"}}, or lists of them. Stateless. */
final class Pictures {

  private Pictures() {}

  /** Returns the picture or pictures of the first of some fields that gives one. */
  static ObjectNode read(ObjectNode record, PictureStore store, String... names)
      throws IOException {
    for (String name : names) {
      List<String> paths = paths(record.path(name), name, store);
      if (!paths.isEmpty()) {
        return fields(paths);
      }
    }
    throw new DroppedRecordException(
        DropReason.NO_PICTURE, String.join(" or ", names) + " names no picture");
  }

  private static ObjectNode fields(List<String> paths) {
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    if (paths.size() == 1) {
      return fields.put("image", paths.get(0));
    }
    ArrayNode images = fields.putArray("images");
    paths.forEach(images::add);
    return fields;
  }

  static List<String> paths(JsonNode value, String name, PictureStore store) throws IOException {
    List<String> paths = new ArrayList<>();
    if (value.isArray()) {
      for (JsonNode one : value) {
        paths.addAll(path(one, name, store));
      }
      if (paths.size() < value.size()) {
        throw new DroppedRecordException(
            DropReason.NO_PICTURE, name + " has an element that names no picture");
      }
      return paths;
    }
    return path(value, name, store);
  }

  /** Returns a path, or none where there is nothing. */
  private static List<String> path(JsonNode value, String name, PictureStore store)
      throws IOException {
    if (value.isMissingNode() || value.isNull()) {
      return List.of();
    }
    if (value.isTextual()) {
      String path = PairJson.text(value, name);
      return path.isBlank() ? List.of() : List.of(path);
    }
    if (value.isBinary()) {
      return List.of(store.put(value.binaryValue()));
    }
    if (!value.isObject()) {
      throw Fields.wrong(name, "a path or an object with bytes or path", value);
    }
    JsonNode bytes = PairJson.given(value, "bytes");
    return bytes == null
        ? path(value.path("path"), name + ".path", store)
        : List.of(store.put(bytes(bytes, name + ".bytes")));
  }

  private static byte[] bytes(JsonNode value, String name) {
    try {
      byte[] bytes = value.isBinary() || value.isTextual() ? value.binaryValue() : null;
      if (bytes != null) {
        return bytes;
      }
    } catch (IOException e) {
      throw new DroppedRecordException(
          DropReason.BROKEN_PICTURE, name + " is not base64: " + PairJson.shown(value));
    }
    throw Fields.wrong(name, "bytes, or base64 of them", value);
  }
}
