package io.r1reward.core.model.qwen2_5_vl;

import com.google.common.primitives.ImmutableIntArray;
import com.google.errorprone.annotations.Immutable;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.Checks;
import io.r1reward.core.model.ConfigFields;
import io.r1reward.core.model.VisionConfig;

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
public record Qwen25VisionConfig(
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
    int outHiddenSize)
    implements VisionConfig {

  /** Checks the sizes against each other. */
  public Qwen25VisionConfig {
    ConfigFields.requireTower(
        depth,
        hiddenSize,
        intermediateSize,
        heads,
        channels,
        patchSize,
        temporalPatchSize,
        spatialMergeSize,
        outHiddenSize);
    Checks.positive("vision_config.window_size", windowSize);
    Checks.positive("vision_config.tokens_per_second", tokensPerSecond);
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

  /** Returns how many merged units a side of a window has. */
  int windowUnits() {
    return windowSize / patchSize / spatialMergeSize;
  }

  @Override
  public boolean attendsWholeFrame(int block) {
    return fullAttentionBlocks.contains(block);
  }

  @Override
  public ImmutableIntArray deepStackBlocks() {
    return ImmutableIntArray.of();
  }
}
