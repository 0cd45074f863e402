package io.r1reward.core.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.primitives.ImmutableIntArray;
import io.r1reward.core.json.Json;
import io.r1reward.core.media.PreprocessorConfig;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.TextConfig;
import io.r1reward.core.model.VisionConfig;
import io.r1reward.core.safetensors.DType;

/** Writes the configuration records as the files they are read from. */
public final class ConfigJson {
  private ConfigJson() {}

  /** Makes a {@code config.json} in the flat form. */
  public static ObjectNode of(ModelConfig config) {
    TextConfig text = config.text();
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.putArray("architectures").add("Qwen2_5_VLForConditionalGeneration");
    json.put("model_type", ModelConfig.MODEL_TYPE);
    json.put("torch_dtype", dtype(config.dtype()));
    json.put("vocab_size", text.vocabularySize());
    json.put("hidden_size", text.hiddenSize());
    json.put("intermediate_size", text.intermediateSize());
    json.put("num_hidden_layers", text.layers());
    json.put("num_attention_heads", text.heads());
    json.put("num_key_value_heads", text.keyValueHeads());
    json.put("max_position_embeddings", text.maxPositions());
    json.put("hidden_act", "silu");
    json.put("rms_norm_eps", text.rmsNormEps());
    json.put("rope_theta", text.ropeTheta());
    ObjectNode rope = json.putObject("rope_scaling").put("type", "mrope");
    integers(rope, "mrope_section", text.mropeSection());
    json.put("use_sliding_window", false);
    json.put("tie_word_embeddings", config.tieWordEmbeddings());
    json.put("image_token_id", config.imageTokenId());
    json.put("video_token_id", config.videoTokenId());
    json.put("vision_start_token_id", config.visionStartTokenId());
    json.put("vision_end_token_id", config.visionEndTokenId());
    endOfSequence(json, config.eosTokenIds());
    json.set("vision_config", of(config.vision()));
    return json;
  }

  /** Makes a {@code generation_config.json}. */
  public static ObjectNode of(GenerationConfig config) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("do_sample", config.doSample());
    json.put("temperature", config.temperature());
    json.put("top_k", config.topK());
    json.put("top_p", config.topP());
    json.put("min_p", config.minP());
    json.put("repetition_penalty", config.repetitionPenalty());
    endOfSequence(json, config.eosTokenIds());
    json.put("pad_token_id", config.padTokenId());
    return json;
  }

  /** Makes a {@code preprocessor_config.json}. */
  public static ObjectNode of(PreprocessorConfig config) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("image_processor_type", "Qwen2VLImageProcessor");
    json.put("processor_class", "Qwen2_5_VLProcessor");
    json.put("min_pixels", config.minPixels());
    json.put("max_pixels", config.maxPixels());
    json.put("patch_size", config.patchSize());
    json.put("temporal_patch_size", config.temporalPatchSize());
    json.put("merge_size", config.mergeSize());
    json.set("image_mean", Json.MAPPER.valueToTree(config.imageMean()));
    json.set("image_std", Json.MAPPER.valueToTree(config.imageStd()));
    return json;
  }

  private static ObjectNode of(VisionConfig vision) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("model_type", ModelConfig.MODEL_TYPE);
    json.put("depth", vision.depth());
    json.put("hidden_size", vision.hiddenSize());
    json.put("intermediate_size", vision.intermediateSize());
    json.put("num_heads", vision.heads());
    json.put("in_channels", vision.channels());
    json.put("in_chans", vision.channels());
    json.put("patch_size", vision.patchSize());
    json.put("temporal_patch_size", vision.temporalPatchSize());
    json.put("spatial_merge_size", vision.spatialMergeSize());
    json.put("window_size", vision.windowSize());
    integers(json, "fullatt_block_indexes", vision.fullAttentionBlocks());
    // a whole number stays one: the public implementation multiplies in the given type
    if (vision.tokensPerSecond() == Math.rint(vision.tokensPerSecond())) {
      json.put("tokens_per_second", (long) vision.tokensPerSecond());
    } else {
      json.put("tokens_per_second", vision.tokensPerSecond());
    }
    json.put("hidden_act", "silu");
    json.put("out_hidden_size", vision.outHiddenSize());
    return json;
  }

  private static void endOfSequence(ObjectNode json, ImmutableIntArray ids) {
    if (ids.length() == 1) {
      json.put("eos_token_id", ids.get(0));
    } else if (!ids.isEmpty()) {
      integers(json, "eos_token_id", ids);
    }
  }

  private static void integers(ObjectNode json, String key, ImmutableIntArray values) {
    json.set(key, Json.MAPPER.valueToTree(values.toArray()));
  }

  /** The name of a format of weights in a {@code config.json}. */
  static String dtype(DType dtype) {
    return switch (dtype) {
      case F32 -> "float32";
      case F16 -> "float16";
      case BF16 -> "bfloat16";
      default -> throw new IllegalArgumentException(dtype + " is no format for weights");
    };
  }
}
