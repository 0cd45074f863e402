package io.r1reward.core.media;

import io.r1reward.InvalidInputException;

/**
 * How many pixels a picture may have after {@link SmartResize}: the {@code min_pixels} and {@code
 * max_pixels} of {@code qwen_vl_utils} and of a preprocessor configuration. Immutable.
 *
 * @param min fewest pixels, at least 1
 * @param max most pixels, at least {@code min}; a share of a video's total may be fractional
 */
public record PixelRange(double min, double max) {

  private static final int TOKEN_PIXELS = 28 * 28;

  /**
   * What {@code qwen_vl_utils} allows a picture, and a frame of a frame list: 4 to 16384 tokens.
   */
  public static final PixelRange UTILS_DEFAULT =
      new PixelRange(4.0 * TOKEN_PIXELS, 16384.0 * TOKEN_PIXELS);

  /** {@code VIDEO_MIN_PIXELS} of {@code qwen_vl_utils}. */
  public static final int VIDEO_MIN_PIXELS = 128 * TOKEN_PIXELS;

  /** {@code VIDEO_MAX_PIXELS} of {@code qwen_vl_utils}. */
  public static final int VIDEO_MAX_PIXELS = 768 * TOKEN_PIXELS;

  /** {@code VIDEO_TOTAL_PIXELS} of {@code qwen_vl_utils}: nine tenths of 128,000 tokens. */
  public static final int VIDEO_TOTAL_PIXELS = 115_200 * TOKEN_PIXELS;

  private static final double VIDEO_SLACK = 1.05;

  /** Checks the order of the two limits. */
  public PixelRange {
    if (!(min >= 1) || !(max >= min) || Double.isInfinite(max)) {
      throw new InvalidInputException(
          "pixel range must have 1 <= min <= max, got min " + min + ", max " + max);
    }
  }

  /**
   * What {@code qwen_vl_utils} allows each of {@code frames} frames that it samples from a video
   * file itself. A list of frames that the user sampled is not limited that way: there every frame
   * counts as a picture ({@link #UTILS_DEFAULT}).
   *
   * @param frames number of sampled frames, at least 1
   * @throws InvalidInputException if {@code frames} is less than 1
   */
  public static PixelRange ofVideoFile(int frames) {
    if (frames < 1) {
      throw new InvalidInputException("a video needs at least 1 frame, got " + frames);
    }
    double share = (double) VIDEO_TOTAL_PIXELS / frames * FrameSampling.FRAME_FACTOR;
    double least = Math.floor(VIDEO_MIN_PIXELS * VIDEO_SLACK);
    return new PixelRange(VIDEO_MIN_PIXELS, Math.max(Math.min(VIDEO_MAX_PIXELS, share), least));
  }
}
