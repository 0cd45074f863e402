package io.r1reward.core.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.primitives.ImmutableIntArray;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.Checks;
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

  /**
   * Checks the sizes that every vision tower has against each other.
   *
   * @throws CheckpointException naming the first that is out of range
   */
  public static void requireTower(
      int depth,
      int hiddenSize,
      int intermediateSize,
      int heads,
      int channels,
      int patchSize,
      int temporalPatchSize,
      int spatialMergeSize,
      int outHiddenSize) {
    Checks.count("vision_config.depth", depth);
    Checks.positive("vision_config.hidden_size", hiddenSize);
    Checks.positive("vision_config.intermediate_size", intermediateSize);
    Checks.positive("vision_config.num_heads", heads);
    Checks.positive("vision_config.in_channels", channels);
    Checks.positive("vision_config.patch_size", patchSize);
    Checks.positive("vision_config.temporal_patch_size", temporalPatchSize);
    Checks.positive("vision_config.spatial_merge_size", spatialMergeSize);
    Checks.positive("vision_config.out_hidden_size", outHiddenSize);
    Checks.divides("vision_config.num_heads", heads, "vision_config.hidden_size", hiddenSize);
    // the rotary half of a head is split between height and width, in pairs
    if (hiddenSize / heads % 4 != 0) {
      throw new CheckpointException(
          "vision_config: the head size " + hiddenSize / heads + " is no multiple of 4");
    }
  }
}
