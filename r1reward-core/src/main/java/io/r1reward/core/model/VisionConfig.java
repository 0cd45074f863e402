package io.r1reward.core.model;

import com.google.common.primitives.ImmutableIntArray;
import com.google.errorprone.annotations.Immutable;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.Checks;

/**
 * Sizes of the Qwen2.5-VL vision tower.
 *
 * @param depth blocks
 * @param hiddenSize width of a patch in the blocks
 * @param intermediateSize width of the gated MLP
 * @param heads attention heads
 * @param channels colour channels
 * @param patchSize pixels of a patch's side
 * @param temporalPatchSize frames of a patch
 * @param spatialMergeSize patches of a side that the merger makes one token of
 * @param windowSize pixels of an attention window's side
 * @param fullAttentionBlocks numbers of the blocks that attend over the whole picture
 * @param tokensPerSecond time positions of a second of video
 * @param outHiddenSize width of the merger's output: the decoder's hidden size
 */
@Immutable
public record VisionConfig(
    int depth,
    int hiddenSize,
    int intermediateSize,
    int heads,
    int channels,
    int patchSize,
    int temporalPatchSize,
    int spatialMergeSize,
    int windowSize,
    ImmutableIntArray fullAttentionBlocks,
    double tokensPerSecond,
    int outHiddenSize) {

  /** Checks the sizes against each other. */
  public VisionConfig {
    Checks.count("vision_config.depth", depth);
    Checks.positive("vision_config.hidden_size", hiddenSize);
    Checks.positive("vision_config.intermediate_size", intermediateSize);
    Checks.positive("vision_config.num_heads", heads);
    Checks.positive("vision_config.in_channels", channels);
    Checks.positive("vision_config.patch_size", patchSize);
    Checks.positive("vision_config.temporal_patch_size", temporalPatchSize);
    Checks.positive("vision_config.spatial_merge_size", spatialMergeSize);
    Checks.positive("vision_config.window_size", windowSize);
    Checks.positive("vision_config.tokens_per_second", tokensPerSecond);
    Checks.positive("vision_config.out_hidden_size", outHiddenSize);
    Checks.divides("vision_config.num_heads", heads, "vision_config.hidden_size", hiddenSize);
    // the rotary half of a head is split between height and width, in pairs
    if (hiddenSize / heads % 4 != 0) {
      throw new CheckpointException(
          "vision_config: the head size " + hiddenSize / heads + " is no multiple of 4");
    }
    long mergedPatch = (long) patchSize * spatialMergeSize;
    Checks.divides(
        "the side of a merged patch,", mergedPatch, "vision_config.window_size", windowSize);
    int blocks = depth;
    fullAttentionBlocks.forEach(
        block -> {
          if (block < 0 || block >= blocks) {
            throw new CheckpointException(
                String.format(
                    "vision_config.fullatt_block_indexes: there is no block %d, depth is %d",
                    block, blocks));
          }
        });
  }

  /** Returns the width of one head. */
  public int headDim() {
    return hiddenSize / heads;
  }

  /** Returns the number of values of one patch: channels, frames, rows, columns. */
  public int patchValues() {
    return channels * temporalPatchSize * patchSize * patchSize;
  }

  /** Returns the width of the merged patches that enter the merger's MLP. */
  public int mergedSize() {
    return hiddenSize * spatialMergeSize * spatialMergeSize;
  }
}
