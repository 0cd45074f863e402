package io.r1reward.core.model.qwen2_5_vl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.core.json.Json;
import io.r1reward.core.model.ConfigFields;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.TextConfig;

/** Writes the {@code config.json} of Qwen2.5-VL. Stateless. */
final class Qwen25ConfigJson {
  private Qwen25ConfigJson() {}

  /** Makes a {@code config.json} in the flat form. */
  static ObjectNode of(ModelConfig config) {
    TextConfig text = config.text();
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.putArray("architectures").add(config.family().architecture());
    json.put("model_type", config.family().modelType());
    json.put("torch_dtype", ConfigFields.dtype(config.dtype()));
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
    ConfigFields.integers(rope, "mrope_section", text.mropeSection());
    json.put("use_sliding_window", false);
    json.put("tie_word_embeddings", config.tieWordEmbeddings());
    json.put("image_token_id", config.imageTokenId());
    json.put("video_token_id", config.videoTokenId());
    json.put("vision_start_token_id", config.visionStartTokenId());
    json.put("vision_end_token_id", config.visionEndTokenId());
    ConfigFields.endOfSequence(json, config.eosTokenIds());
    json.set("vision_config", of(config, (Qwen25VisionConfig) config.vision()));
    return json;
  }

  private static ObjectNode of(ModelConfig config, Qwen25VisionConfig vision) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("model_type", config.family().modelType());
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
    ConfigFields.integers(json, "fullatt_block_indexes", vision.fullAttentionBlocks());
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
}
