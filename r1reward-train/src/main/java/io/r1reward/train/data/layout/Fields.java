package io.r1reward.train.data.layout;

import com.fasterxml.jackson.databind.JsonNode;
import io.r1reward.train.data.PairJson;
import org.jspecify.annotations.Nullable;

/** Fields of records. Stateless. */
final class Fields {

  private Fields() {}

  /** Returns a field that must be there and not null. */
  static JsonNode needed(JsonNode object, String name) {
    JsonNode value = PairJson.given(object, name);
    if (value == null) {
      throw new DroppedRecordException(DropReason.MISSING_FIELD, name + " is missing");
    }
    return value;
  }

  /** Returns a text that must be there and hold more than white space. */
  static String text(JsonNode object, String name) {
    return notBlank(PairJson.text(needed(object, name), name), name);
  }

  static String notBlank(String text, String name) {
    if (text.isBlank()) {
      throw new DroppedRecordException(DropReason.MISSING_FIELD, name + " is empty");
    }
    return text;
  }

  /** Returns a text or number, null where there is none or something else. */
  static @Nullable String textOrNull(JsonNode object, String name) {
    JsonNode value = PairJson.given(object, name);
    return value == null || !(value.isTextual() || value.isNumber()) || value.asText().isBlank()
        ? null
        : PairJson.text(value, name);
  }

  static DroppedRecordException wrong(String name, String expected, JsonNode value) {
    return new DroppedRecordException(
        DropReason.WRONG_FIELD, name + " must be " + expected + ", got " + PairJson.shown(value));
  }
}
