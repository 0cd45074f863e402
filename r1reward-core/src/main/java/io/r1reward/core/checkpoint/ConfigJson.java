package io.r1reward.core.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.primitives.ImmutableIntArray;
import io.r1reward.core.json.Json;
import io.r1reward.core.media.PreprocessorConfig;
import io.r1reward.core.model.ConfigFields;
import io.r1reward.core.model.ModelConfig;

/** Writes the configuration records as the files they are read from. */
public final class ConfigJson {
  private ConfigJson() {}

  /** Makes a {@code config.json} in the form of the model's family. */
  public static ObjectNode of(ModelConfig config) {
    return config.family().json(config);
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
    ConfigFields.endOfSequence(json, ImmutableIntArray.copyOf(config.eosTokenIds()));
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
}
