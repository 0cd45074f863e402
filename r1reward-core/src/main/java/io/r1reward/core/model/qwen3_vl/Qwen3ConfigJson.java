package io.r1reward.core.model.qwen3_vl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.core.json.Json;
import io.r1reward.core.model.ConfigFields;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.TextConfig;

/** Writes the {@code config.json} of Qwen3-VL. Stateless. */
final class Qwen3ConfigJson {
  private Qwen3ConfigJson() {}

  static ObjectNode of(ModelConfig config) {
    String type = config.family().modelType();
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.putArray("architectures").add(config.family().architecture());
    json.put("model_type", type);
    json.put("dtype", ConfigFields.dtype(config.dtype()));
    json.put("tie_word_embeddings", config.tieWordEmbeddings());
    json.put("image_token_id", config.imageTokenId());
    json.put("video_token_id", config.videoTokenId());
    json.put("vision_start_token_id", config.visionStartTokenId());
    json.put("vision_end_token_id", config.visionEndTokenId());
    json.set("text_config", text(config));
    json.set("vision_config", vision(type, (Qwen3VisionConfig) config.vision()));
    return json;
  }

  private static ObjectNode text(ModelConfig config) {
    TextConfig text = config.text();
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("model_type", config.family().modelType() + "_text");
    json.put("dtype", ConfigFields.dtype(config.dtype()));
    json.put("tie_word_embeddings", config.tieWordEmbeddings());
    json.put("attention_bias", false);
    ConfigFields.endOfSequence(json, config.eosTokenIds());
    json.put("head_dim", text.headDim());
    json.put("hidden_act", "silu");
    json.put("hidden_size", text.hiddenSize());
    json.put("intermediate_size", text.intermediateSize());
    json.put("max_position_embeddings", text.maxPositions());
    json.put("num_attention_heads", text.heads());
    json.put("num_hidden_layers", text.layers());
    json.put("num_key_value_heads", text.keyValueHeads());
    json.put("rms_norm_eps", text.rmsNormEps());
    json.put("rope_theta", text.ropeTheta());
    ObjectNode rope = json.putObject("rope_scaling").put("rope_type", "default");
    rope.put("mrope_interleaved", text.interleaved());
    ConfigFields.integers(rope, "mrope_section", text.mropeSection());
    json.put("vocab_size", text.vocabularySize());
    return json;
  }

  private static ObjectNode vision(String type, Qwen3VisionConfig vision) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("model_type", type);
    json.put("depth", vision.depth());
    json.put("hidden_size", vision.hiddenSize());
    json.put("hidden_act", "gelu_pytorch_tanh");
    json.put("intermediate_size", vision.intermediateSize());
    json.put("num_heads", vision.heads());
    json.put("in_channels", vision.channels());
    json.put("patch_size", vision.patchSize());
    json.put("temporal_patch_size", vision.temporalPatchSize());
    json.put("spatial_merge_size", vision.spatialMergeSize());
    json.put("num_position_embeddings", vision.positions());
    ConfigFields.integers(json, "deepstack_visual_indexes", vision.deepStackBlocks());
    json.put("out_hidden_size", vision.outHiddenSize());
    return json;
  }
}
