package io.r1reward.core.model.qwen3_vl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.ImmutableIntArray;
import io.r1reward.core.json.JsonFields;
import io.r1reward.core.media.PreprocessorConfig;
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
 * Qwen3-VL (arXiv 2511.21631), the dense models, as the public implementation computes it in
 * version 4.57: heads of an explicit size with RMS norms of queries and keys, interleaved rotary
 * axes, a vision tower with learned positions, full attention and DeepStack, and videos as pictures
 * with their times before them.
 */
public final class Qwen3Vl implements ModelFamily {
  /** Its {@code model_type}. */
  public static final String TYPE = "qwen3_vl";

  private static final String MERGER = "visual.merger.";

  /** Called by the service loader; {@link io.r1reward.core.model.ModelFamilies} has the object. */
  public Qwen3Vl() {}

  @Override
  public String modelType() {
    return TYPE;
  }

  @Override
  public String architecture() {
    return "Qwen3VLForConditionalGeneration";
  }

  @Override
  public ImmutableSet<String> harmlessKeys() {
    return ImmutableSet.of();
  }

  @Override
  public TextConfig text(JsonFields text) {
    if (text.bool("attention_bias", false)) {
      throw text.wrong("attention_bias", true, "false; biases are not supported");
    }
    JsonFields rope = ConfigFields.rope(text);
    if (!rope.bool("mrope_interleaved", true)) {
      throw rope.wrong("mrope_interleaved", false, "true; others are not supported");
    }
    return new TextConfig(
        text.integer("vocab_size", 151936),
        text.integer("hidden_size", 4096),
        text.integer("intermediate_size", 22016),
        text.integer("num_hidden_layers", 32),
        text.integer("num_attention_heads", 32),
        text.integer("num_key_value_heads", 32),
        text.integer("max_position_embeddings", 128000),
        text.number("rms_norm_eps", 1e-6),
        rope.number("rope_theta", text.number("rope_theta", 5e6)),
        rope.integers("mrope_section", ImmutableIntArray.of(24, 20, 20)),
        text.integer("head_dim", 128),
        true,
        false,
        true);
  }

  @Override
  public VisionConfig vision(JsonFields vision) {
    ConfigFields.requireActivation(vision, "gelu_pytorch_tanh");
    return new Qwen3VisionConfig(
        vision.integer("depth", 27),
        vision.integer("hidden_size", 1152),
        vision.integer("intermediate_size", 4304),
        vision.integer("num_heads", 16),
        vision.integer("in_channels", 3),
        vision.integer("patch_size", 16),
        vision.integer("temporal_patch_size", 2),
        vision.integer("spatial_merge_size", 2),
        vision.integer("num_position_embeddings", 2304),
        vision.integers("deepstack_visual_indexes", ImmutableIntArray.of(8, 16, 24)),
        vision.integer("out_hidden_size", 3584));
  }

  @Override
  public ObjectNode json(ModelConfig config) {
    return Qwen3ConfigJson.of(config);
  }

  @Override
  public TowerTensors tower(VisionConfig vision) {
    long hidden = vision.hiddenSize();
    long patch = vision.patchSize();
    ImmutableList.Builder<TowerTensors.Part> blocks = ImmutableList.builder();
    for (int i = 0; i < vision.depth(); i++) {
      blocks.add(
          TowerTensors.Part.named("visual.blocks." + i + ".")
              .tensor("norm1.weight", hidden)
              .tensor("norm1.bias", hidden)
              .linear("attn.qkv", 3 * hidden, hidden)
              .linear("attn.proj", hidden, hidden)
              .tensor("norm2.weight", hidden)
              .tensor("norm2.bias", hidden)
              .linear("mlp.linear_fc1", vision.intermediateSize(), hidden)
              .linear("mlp.linear_fc2", hidden, vision.intermediateSize())
              .build());
    }
    ImmutableList.Builder<TowerTensors.Part> deepStack = ImmutableList.builder();
    for (int i = 0; i < vision.deepStackBlocks().length(); i++) {
      deepStack.add(merger("visual.deepstack_merger_list." + i + ".", vision, vision.mergedSize()));
    }
    return new TowerTensors(
        TowerTensors.Part.named("visual.")
            .tensor(
                "patch_embed.proj.weight",
                hidden,
                vision.channels(),
                vision.temporalPatchSize(),
                patch,
                patch)
            .tensor("patch_embed.proj.bias", hidden)
            .tensor("pos_embed.weight", ((Qwen3VisionConfig) vision).positions(), hidden)
            .build(),
        blocks.build(),
        merger(MERGER, vision, hidden),
        deepStack.build());
  }

  private static TowerTensors.Part merger(String prefix, VisionConfig vision, long normed) {
    long merged = vision.mergedSize();
    return TowerTensors.Part.named(prefix)
        .tensor("norm.weight", normed)
        .tensor("norm.bias", normed)
        .linear("linear_fc1", merged, merged)
        .linear("linear_fc2", vision.outHiddenSize(), merged)
        .build();
  }

  @Override
  public VisionLayout layout(VisionConfig vision, int gridH, int gridW) {
    return VisionLayout.whole(
        gridH, gridW, vision.spatialMergeSize(), ((Qwen3VisionConfig) vision).side());
  }

  @Override
  public RopeIndex.Settings positions(ModelConfig config) {
    return new RopeIndex.Settings(
        config.imageTokenId(), config.videoTokenId(), config.vision().spatialMergeSize(), 0, true);
  }

  @Override
  public ImmutableList<ModelShape> shapes() {
    return Qwen3Shapes.of(this);
  }

  @Override
  public ChatTemplate chatTemplate() {
    return Qwen3Chat.PUBLISHED;
  }

  @Override
  public PreprocessorConfig publishedPictures() {
    ImmutableList<Double> half = ImmutableList.of(0.5, 0.5, 0.5);
    return new PreprocessorConfig(64L * 32 * 32, 16384L * 32 * 32, 16, 2, 2, half, half);
  }

  @Override
  public VisionRule visionRule() {
    return Qwen3Pictures.UTILS;
  }
}
