package io.r1reward.core.generate;

import io.r1reward.InvalidInputException;
import java.io.Serializable;
import java.util.List;

/**
 * One picture or video as the image processor leaves it. Immutable by contract: the array is
 * shared, never changed.
 *
 * <p>Patches stand in the processor's order: merged 2 x 2 blocks in raster order, the four patches
 * of a block together, one time step after the other.
 *
 * @param kind picture or video, which decides the placeholder token and the time positions
 * @param patches {@code [gridT * gridH * gridW, patchSize]}, normalised values, row-major
 * @param gridT time steps (1 for a picture)
 * @param gridH patch rows, a multiple of the merge size
 * @param gridW patch columns, a multiple of the merge size
 * @param secondsPerGrid seconds between time steps of a video; ignored for pictures
 * @param seconds mean time of the frames of each step of a video, {@code [gridT]}, for families
 *     that write it into the prompt; may be empty; unmodifiable
 */
@SuppressWarnings("ArrayRecordComponent") // megabytes of pixels, shared on purpose
public record VisionInput(
    Kind kind,
    float[] patches,
    int gridT,
    int gridH,
    int gridW,
    double secondsPerGrid,
    List<Double> seconds)
    implements Serializable {

  /** What the patches show. */
  public enum Kind {
    /** A still picture. */
    IMAGE,
    /** Frames in time. */
    VIDEO
  }

  /** Checks the grid against the number of values. */
  public VisionInput {
    seconds = List.copyOf(seconds);
    long patchCount = (long) gridT * gridH * gridW;
    if (gridT < 1 || gridH < 1 || gridW < 1 || patches.length % patchCount != 0) {
      throw new InvalidInputException(
          "vision grid "
              + gridT
              + " x "
              + gridH
              + " x "
              + gridW
              + " does not divide "
              + patches.length
              + " patch values");
    }
  }

  /** One whose time steps need no times. */
  public VisionInput(
      Kind kind, float[] patches, int gridT, int gridH, int gridW, double secondsPerGrid) {
    this(kind, patches, gridT, gridH, gridW, secondsPerGrid, List.of());
  }

  /** Returns the number of patches. */
  public int patchCount() {
    return gridT * gridH * gridW;
  }
}
