package io.r1reward.core.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.primitives.ImmutableIntArray;
import io.r1reward.core.json.Json;
import io.r1reward.core.json.JsonFields;
import io.r1reward.core.safetensors.DType;

/** What readers and writers of several families have in common. Stateless. */
public final class ConfigFields {
  private ConfigFields() {}

  /** Finds the rotary settings under their old or new key and refuses stretched ones. */
  public static JsonFields rope(JsonFields text) {
    text.leave("rope_scaling", "rope_parameters"); // some files have both
    JsonFields rope =
        text.object("rope_scaling")
            .or(() -> text.object("rope_parameters"))
            .orElseThrow(() -> text.wrong("rope_scaling", "missing", "an object"));
    // "type" is the old name; the value "mrope" became "default"
    rope.leave("type");
    String type = rope.text("rope_type", rope.text("type", "default"));
    if (!type.equals("mrope") && !type.equals("default")) {
      throw rope.wrong("type", "'" + type + "'", "mrope or default; others are not supported");
    }
    return rope;
  }

  /**
   * Refuses another activation than the one that a family computes.
   *
   * @throws io.r1reward.CheckpointException if there is another
   */
  public static void requireActivation(JsonFields part, String wanted) {
    String activation = part.text("hidden_act", wanted);
    if (!activation.equals(wanted)) {
      throw part.wrong("hidden_act", "'" + activation + "'", wanted + "; others are not supported");
    }
  }

  /** Writes the tokens that end a completion as one number, a list, or not at all. */
  public static void endOfSequence(ObjectNode json, ImmutableIntArray ids) {
    if (ids.length() == 1) {
      json.put("eos_token_id", ids.get(0));
    } else if (!ids.isEmpty()) {
      integers(json, "eos_token_id", ids);
    }
  }

  /** Writes a list of numbers. */
  public static void integers(ObjectNode json, String key, ImmutableIntArray values) {
    json.set(key, Json.MAPPER.valueToTree(values.toArray()));
  }

  /** Returns the name of a format of weights in a {@code config.json}. */
  public static String dtype(DType dtype) {
    return switch (dtype) {
      case F32 -> "float32";
      case F16 -> "float16";
      case BF16 -> "bfloat16";
      default -> throw new IllegalArgumentException(dtype + " is no format for weights");
    };
  }
}
