package io.r1reward.core.model;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import com.google.common.primitives.ImmutableIntArray;
import io.r1reward.core.json.JsonFields;
import io.r1reward.core.safetensors.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads {@code config.json}: what all families have in common; its family reads the two parts. The
 * defaults are those of the configuration classes of the public implementation.
 */
final class ModelConfigReader {
  /** Keys that change no judgement: names, training, storage, caches, and other ids. */
  private static final ImmutableSet<String> HARMLESS =
      ImmutableSet.of(
          "architectures",
          "model_type",
          "auto_map",
          "transformers_version",
          "_name_or_path",
          "_attn_implementation",
          "_attn_implementation_autoset",
          "attn_implementation",
          "attention_dropout",
          "bos_token_id",
          "pad_token_id",
          "chunk_size_feed_forward",
          "hidden_dropout",
          "initializer_range",
          "max_window_layers",
          "sliding_window",
          "spatial_patch_size",
          "use_cache",
          "vision_token_id",
          "dtype",
          "torch_dtype",
          "use_mrope",
          "return_dict",
          "problem_type",
          "id2label",
          "label2id",
          "task_specific_params",
          "unsloth_version",
          "unsloth_fixed",
          "mrope_section",
          "rope_theta",
          "rope_type",
          "type",
          // of generation, written here by older releases
          "output_attentions",
          "output_hidden_states",
          "use_bfloat16",
          "is_decoder",
          "is_encoder_decoder",
          "min_length",
          "max_length",
          "num_beams",
          "num_beam_groups",
          "num_return_sequences",
          "diversity_penalty",
          "length_penalty",
          "repetition_penalty",
          "no_repeat_ngram_size",
          "encoder_no_repeat_ngram_size",
          "temperature",
          "top_k",
          "top_p",
          "typical_p");

  private ModelConfigReader() {}

  static ModelConfig read(Path file) {
    JsonFields top = JsonFields.read(file);
    ScalarHeads.refuse(top);
    String type = top.text("model_type", "");
    ModelFamily family =
        ModelFamilies.find(type)
            .orElseThrow(
                () ->
                    top.wrong(
                        "model_type",
                        type.isEmpty() ? "missing" : "'" + type + "'",
                        String.join(" or ", ModelFamilies.modelTypes())));
    refuseQuantised(top);
    JsonFields text = top.object("text_config").map(nested -> nested.orElse(top)).orElse(top);
    JsonFields vision =
        top.object("vision_config")
            .orElseThrow(() -> top.wrong("vision_config", "missing", "an object"));
    refuseUnsupported(text);
    JsonFields ids = top.orElse(text);
    ModelConfig config =
        top.naming(
            () ->
                new ModelConfig(
                    family,
                    family.text(text),
                    family.vision(vision),
                    ids.bool("tie_word_embeddings", false),
                    dtype(ids),
                    ids.integer("image_token_id", 151655),
                    ids.integer("video_token_id", 151656),
                    ids.integer("vision_start_token_id", 151652),
                    ids.integer("vision_end_token_id", 151653),
                    ids.integers("eos_token_id", ImmutableIntArray.of())));
    top.warnOfOthers(Sets.union(HARMLESS, family.harmlessKeys()));
    return config;
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

  private static void refuseUnsupported(JsonFields text) {
    if (text.bool("use_sliding_window", false)) {
      throw text.wrong("use_sliding_window", true, "false; sliding windows are not supported");
    }
    for (String layer : text.texts("layer_types")) {
      if (!layer.equals("full_attention")) {
        throw text.wrong("layer_types", "'" + layer + "'", "full_attention in all layers");
      }
    }
    double share = text.number("partial_rotary_factor", 1);
    if (share != 1) {
      throw text.wrong("partial_rotary_factor", share, "1; others are not supported");
    }
    ConfigFields.requireActivation(text, "silu");
  }

  private static DType dtype(JsonFields fields) {
    fields.leave("dtype"); // newer files have both
    String name = fields.text("torch_dtype", fields.text("dtype", "float32"));
    return switch (name.toLowerCase(Locale.ROOT).replace("torch.", "")) {
      case "float32", "float", "fp32", "f32" -> DType.F32;
      case "float16", "half", "fp16", "f16" -> DType.F16;
      case "bfloat16", "bf16" -> DType.BF16;
      default ->
          throw fields.wrong("torch_dtype", "'" + name + "'", "float32, float16 or bfloat16");
    };
  }
}
