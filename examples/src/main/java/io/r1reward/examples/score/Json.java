package io.r1reward.examples.score;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.InvalidInputException;
import io.r1reward.train.data.PairJson;

/** Strict JSON: one object a line, no key twice, nothing behind it. */
final class Json {
  private static final JsonMapper MAPPER = new JsonMapper();

  private Json() {}

  /**
   * Reads one object.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  static ObjectNode object(String text) {
    try {
      return PairJson.object(text);
    } catch (InvalidInputException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** Starts an object to write. */
  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** Returns an object as UTF-8 without a line break. */
  static byte[] bytes(ObjectNode object) {
    try {
      return MAPPER.writeValueAsBytes(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write a JSON tree", e);
    }
  }
}
