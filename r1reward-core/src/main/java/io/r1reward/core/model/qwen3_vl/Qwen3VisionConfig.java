package io.r1reward.core.model.qwen3_vl;

import com.google.common.primitives.ImmutableIntArray;
import com.google.errorprone.annotations.Immutable;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.Checks;
import io.r1reward.core.model.ConfigFields;
import io.r1reward.core.model.VisionConfig;

/**
 * Sizes of the Qwen3-VL vision tower.
 *
 * @param depth blocks
 * @param hiddenSize width of a patch in the blocks
 * @param intermediateSize width of the MLP
 * @param heads attention heads
 * @param channels colour channels
 * @param patchSize pixels of a patch's side
 * @param temporalPatchSize frames of a patch
 * @param spatialMergeSize patches of a side that the merger makes one token of
 * @param positions rows of the table of learned positions, a square number
 * @param deepStackBlocks blocks whose output has a merger of its own
 * @param outHiddenSize width of the mergers' output: the decoder's hidden size
 */
@Immutable
public record Qwen3VisionConfig(
    int depth,
    int hiddenSize,
    int intermediateSize,
    int heads,
    int channels,
    int patchSize,
    int temporalPatchSize,
    int spatialMergeSize,
    int positions,
    ImmutableIntArray deepStackBlocks,
    int outHiddenSize)
    implements VisionConfig {

  /** Checks the sizes against each other. */
  public Qwen3VisionConfig {
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
    Checks.positive("vision_config.num_position_embeddings", positions);
    long side = Math.round(Math.sqrt(positions));
    if (side * side != positions) {
      throw new CheckpointException(
          "vision_config.num_position_embeddings is " + positions + ", expected a square number");
    }
    int blocks = depth;
    int[] last = {-1};
    deepStackBlocks.forEach(
        block -> {
          if (block <= last[0] || block >= blocks) {
            throw new CheckpointException(
                String.format(
                    "vision_config.deepstack_visual_indexes: %d is no block behind %d below depth"
                        + " %d",
                    block, last[0], blocks));
          }
          last[0] = block;
        });
  }

  /** Returns the rows, and columns, that the table of positions stands for. */
  int side() {
    return (int) Math.round(Math.sqrt(positions));
  }

  @Override
  public boolean attendsWholeFrame(int block) {
    return true;
  }
}
