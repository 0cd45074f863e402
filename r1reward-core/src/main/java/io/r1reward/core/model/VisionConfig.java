package io.r1reward.core.model;

import com.google.common.primitives.ImmutableIntArray;
import com.google.errorprone.annotations.Immutable;

/** What engines ask of the sizes of a vision tower. Immutable. */
@Immutable
public interface VisionConfig {
  /** Returns the number of blocks. */
  int depth();

  /** Returns the width of a patch in the blocks. */
  int hiddenSize();

  /** Returns the width of the MLP. */
  int intermediateSize();

  /** Returns the number of attention heads. */
  int heads();

  /** Returns the number of colour channels. */
  int channels();

  /** Returns the pixels of a patch's side. */
  int patchSize();

  /** Returns the frames of a patch. */
  int temporalPatchSize();

  /** Returns the patches of a side that the merger makes one token of. */
  int spatialMergeSize();

  /** Returns the width of the merger's output: the decoder's hidden size. */
  int outHiddenSize();

  /** Says whether a block attends over the whole frame, not over its windows. */
  boolean attendsWholeFrame(int block);

  /**
   * Returns the blocks whose output goes through a merger of its own and is added to a picture's
   * tokens behind the first decoder layers, the k-th behind layer k (DeepStack, arXiv 2406.04334);
   * may be empty.
   */
  ImmutableIntArray deepStackBlocks();

  /** Returns the width of one head. */
  default int headDim() {
    return hiddenSize() / heads();
  }

  /** Returns the number of values of one patch: channels, frames, rows, columns. */
  default int patchValues() {
    return channels() * temporalPatchSize() * patchSize() * patchSize();
  }

  /** Returns the width of the merged patches that enter the merger's MLP. */
  default int mergedSize() {
    return hiddenSize() * spatialMergeSize() * spatialMergeSize();
  }
}
