package io.r1reward.core.model.qwen2_5_vl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.ImmutableIntArray;
import io.r1reward.core.json.JsonFields;
import io.r1reward.core.media.PreprocessorConfig;
import io.r1reward.core.media.UtilsThenProcessor;
import io.r1reward.core.media.VisionRule;
import io.r1reward.core.model.ConfigFields;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.ModelFamily;
import io.r1reward.core.model.ModelShape;
import io.r1reward.core.model.RopeIndex;
import io.r1reward.core.model.TextConfig;
import io.r1reward.core.model.TowerTensors;
import io.r1reward.core.model.VisionConfig;
import io.r1reward.core.model.VisionLayout;
import io.r1reward.core.text.ChatTemplate;

/**
 * Qwen2.5-VL (arXiv 2502.13923), as the public implementation computes it in version 4.50: the
 * family of R1-Reward.
 */
public final class Qwen25Vl implements ModelFamily {
  /** Its {@code model_type}. */
  public static final String TYPE = "qwen2_5_vl";

  /** Called by the service loader; {@link io.r1reward.core.model.ModelFamilies} has the object. */
  public Qwen25Vl() {}

  @Override
  public String modelType() {
    return TYPE;
  }

  @Override
  public String architecture() {
    return "Qwen2_5_VLForConditionalGeneration";
  }

  @Override
  public ImmutableSet<String> harmlessKeys() {
    return ImmutableSet.of("spatial_patch_size", "use_mrope");
  }

  @Override
  public TextConfig text(JsonFields text) {
    int heads = text.integer("num_attention_heads", 64);
    JsonFields rope = ConfigFields.rope(text);
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

  @Override
  public VisionConfig vision(JsonFields vision) {
    ConfigFields.requireActivation(vision, "silu");
    return new Qwen25VisionConfig(
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

  @Override
  public ObjectNode json(ModelConfig config) {
    return Qwen25ConfigJson.of(config);
  }

  @Override
  public TowerTensors tower(VisionConfig vision) {
    long hidden = vision.hiddenSize();
    long patch = vision.patchSize();
    long merged = vision.mergedSize();
    ImmutableList.Builder<TowerTensors.Part> blocks = ImmutableList.builder();
    for (int i = 0; i < vision.depth(); i++) {
      blocks.add(
          TowerTensors.Part.named("visual.blocks." + i + ".")
              .tensor("norm1.weight", hidden)
              .linear("attn.qkv", 3 * hidden, hidden)
              .linear("attn.proj", hidden, hidden)
              .tensor("norm2.weight", hidden)
              .linear("mlp.gate_proj", vision.intermediateSize(), hidden)
              .linear("mlp.up_proj", vision.intermediateSize(), hidden)
              .linear("mlp.down_proj", hidden, vision.intermediateSize())
              .build());
    }
    return new TowerTensors(
        TowerTensors.Part.named("visual.patch_embed.")
            .tensor(
                "proj.weight", hidden, vision.channels(), vision.temporalPatchSize(), patch, patch)
            .build(),
        blocks.build(),
        TowerTensors.Part.named("visual.merger.")
            .tensor("ln_q.weight", hidden)
            .linear("mlp.0", merged, merged)
            .linear("mlp.2", vision.outHiddenSize(), merged)
            .build(),
        ImmutableList.of());
  }

  @Override
  public VisionLayout layout(VisionConfig vision, int gridH, int gridW) {
    return VisionLayout.of(
        gridH, gridW, vision.spatialMergeSize(), ((Qwen25VisionConfig) vision).windowUnits());
  }

  @Override
  public RopeIndex.Settings positions(ModelConfig config) {
    return new RopeIndex.Settings(
        config.imageTokenId(),
        config.videoTokenId(),
        config.vision().spatialMergeSize(),
        ((Qwen25VisionConfig) config.vision()).tokensPerSecond());
  }

  @Override
  public ImmutableList<ModelShape> shapes() {
    return Qwen25Shapes.of(this);
  }

  @Override
  public PreprocessorConfig publishedPictures() {
    PreprocessorConfig defaults = PreprocessorConfig.defaults();
    return new PreprocessorConfig(
        defaults.minPixels(),
        16384L * 28 * 28,
        defaults.patchSize(),
        defaults.temporalPatchSize(),
        defaults.mergeSize(),
        defaults.imageMean(),
        defaults.imageStd());
  }

  @Override
  public VisionRule visionRule() {
    return UtilsThenProcessor.INSTANCE;
  }

  @Override
  public ChatTemplate chatTemplate() {
    return Qwen25Chat.published();
  }
}
