package io.r1reward.core.checkpoint;

import com.google.common.primitives.ImmutableIntArray;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads {@code config.json}. The defaults are those of {@code Qwen2_5_VLConfig} and its two parts
 * in the public implementation.
 */
final class ModelConfigReader {
  private ModelConfigReader() {}

  static ModelConfig read(Path file) {
    JsonFields top = JsonFields.read(file);
    String type = top.text("model_type", "");
    if (!type.equals(ModelConfig.MODEL_TYPE)) {
      throw top.wrong(
          "model_type", type.isEmpty() ? "missing" : "'" + type + "'", ModelConfig.MODEL_TYPE);
    }
    refuseQuantised(top);
    JsonFields text = top.object("text_config").map(nested -> nested.orElse(top)).orElse(top);
    JsonFields vision =
        top.object("vision_config")
            .orElseThrow(() -> top.wrong("vision_config", "missing", "an object"));
    refuseUnsupported(text, vision);
    JsonFields ids = top.orElse(text);
    return top.naming(
        () ->
            new ModelConfig(
                text(text),
                vision(vision),
                ids.bool("tie_word_embeddings", false),
                dtype(ids),
                ids.integer("image_token_id", 151655),
                ids.integer("video_token_id", 151656),
                ids.integer("vision_start_token_id", 151652),
                ids.integer("vision_end_token_id", 151653),
                ids.integers("eos_token_id", ImmutableIntArray.of())));
  }

  /** Packed weights of other tools have other tensors, which would else be found missing. */
  private static void refuseQuantised(JsonFields top) {
    for (String key : List.of("quantization_config", "compression_config")) {
      Optional<JsonFields> quantised = top.object(key);
      if (quantised.isPresent()) {
        throw top.wrong(
            key,
            quantised.get().text("quant_method", "of an unnamed method"),
            "none: quantised checkpoints cannot be read; take the one in full precision, and"
                + " export-onnx for 8 or 4 bits");
      }
    }
  }

  private static TextConfig text(JsonFields text) {
    int heads = text.integer("num_attention_heads", 64);
    JsonFields rope = rope(text);
    return new TextConfig(
        text.integer("vocab_size", 152064),
        text.integer("hidden_size", 8192),
        text.integer("intermediate_size", 29568),
        text.integer("num_hidden_layers", 80),
        heads,
        text.integer("num_key_value_heads", 8),
        text.integer("max_position_embeddings", 32768),
        text.number("rms_norm_eps", 1e-5),
        rope.number("rope_theta", text.number("rope_theta", 1e6)),
        rope.integers("mrope_section", ImmutableIntArray.of()));
  }

  private static VisionConfig vision(JsonFields vision) {
    return new VisionConfig(
        vision.integer("depth", 32),
        vision.integer("hidden_size", 3584),
        vision.integer("intermediate_size", 3420),
        vision.integer("num_heads", 16),
        vision.integer("in_channels", vision.integer("in_chans", 3)),
        vision.integer("patch_size", 14),
        vision.integer("temporal_patch_size", 2),
        vision.integer("spatial_merge_size", 2),
        vision.integer("window_size", 112),
        vision.integers("fullatt_block_indexes", ImmutableIntArray.of(7, 15, 23, 31)),
        vision.number("tokens_per_second", 4),
        vision.integer("out_hidden_size", 3584));
  }

  /** Finds the rotary settings under their old or new key and refuses stretched ones. */
  private static JsonFields rope(JsonFields text) {
    JsonFields rope =
        text.object("rope_scaling")
            .or(() -> text.object("rope_parameters"))
            .orElseThrow(() -> text.wrong("rope_scaling", "missing", "an object"));
    // "type" is the old name; the value "mrope" became "default"
    String type = rope.text("rope_type", rope.text("type", "default"));
    if (!type.equals("mrope") && !type.equals("default")) {
      throw rope.wrong("type", "'" + type + "'", "mrope or default; others are not supported");
    }
    return rope;
  }

  private static void refuseUnsupported(JsonFields text, JsonFields vision) {
    if (text.bool("use_sliding_window", false)) {
      throw text.wrong("use_sliding_window", true, "false; sliding windows are not supported");
    }
    for (JsonFields part : new JsonFields[] {text, vision}) {
      String activation = part.text("hidden_act", "silu");
      if (!activation.equals("silu")) {
        throw part.wrong("hidden_act", "'" + activation + "'", "silu; others are not supported");
      }
    }
  }

  private static DType dtype(JsonFields fields) {
    String name = fields.text("torch_dtype", fields.text("dtype", "float32"));
    return switch (name) {
      case "float32" -> DType.F32;
      case "float16" -> DType.F16;
      case "bfloat16" -> DType.BF16;
      default ->
          throw fields.wrong("torch_dtype", "'" + name + "'", "float32, float16 or bfloat16");
    };
  }
}
