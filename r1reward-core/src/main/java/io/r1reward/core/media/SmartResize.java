package io.r1reward.core.media;

import io.r1reward.MediaException;

/**
 * Chooses the size to which a picture is resized: both sides multiples of a factor, the number of
 * pixels within a range, the aspect ratio kept as well as that allows. The three published variants
 * differ for pictures with a side shorter than the factor. Rounding is Python's half-to-even and
 * the arithmetic that of Python floats. Immutable, thread-safe.
 *
 * <p>With factor {@code f}, height {@code h}, width {@code w}: sides are {@code f·round(h/f)} and
 * {@code f·round(w/f)}; above {@code max} pixels, with {@code b = sqrt(h·w/max)}, they are {@code
 * f·floor(h/b/f)} and {@code f·floor(w/b/f)}; below {@code min}, with {@code b = sqrt(min/(h·w))},
 * they are {@code f·ceil(h·b/f)} and {@code f·ceil(w·b/f)}.
 */
public enum SmartResize {
  /** {@code Qwen2VLImageProcessor} of Transformers 4.50: refuses sides shorter than the factor. */
  TRANSFORMERS_4_50,
  /** Transformers 4.56: takes short sides, and never makes one shorter than the factor. */
  TRANSFORMERS_4_56,
  /** {@code qwen_vl_utils} 0.0.11: rounds no side below the factor. */
  QWEN_VL_UTILS,
  /** {@code qwen_vl_utils} 0.0.14: the same, but a side may vanish below a small limit. */
  QWEN_VL_UTILS_0_0_14;

  /** Largest ratio of the longer to the shorter side. */
  public static final int MAX_RATIO = 200;

  /**
   * A size in pixels.
   *
   * @param height rows
   * @param width columns
   */
  public record Size(int height, int width) {
    @Override
    public String toString() {
      return width + " x " + height;
    }
  }

  /**
   * Returns the size to which a picture of {@code height} by {@code width} pixels is resized. With
   * {@link #TRANSFORMERS_4_50} and {@link #QWEN_VL_UTILS_0_0_14} a side of a long picture may
   * vanish, to 0, below a small limit.
   *
   * @param factor both sides become multiples of it
   * @param range limits of the number of pixels
   * @throws MediaException if a side is too short for this variant, if one side is more than
   *     {@value #MAX_RATIO} times the other, or if the result has 2^31 pixels or more
   */
  public Size size(int height, int width, int factor, PixelRange range) {
    if (height < 1 || width < 1) {
      throw new MediaException("picture of " + width + " x " + height + " pixels is empty");
    }
    if (this == TRANSFORMERS_4_50 && (height < factor || width < factor)) {
      throw new MediaException(
          "height:" + height + " or width:" + width + " must be larger than factor:" + factor);
    }
    double ratio = (double) Math.max(height, width) / Math.min(height, width);
    if (ratio > MAX_RATIO) {
      throw new MediaException(
          "absolute aspect ratio must be smaller than " + MAX_RATIO + ", got " + ratio);
    }
    double pixels = (double) height * width;
    boolean utils = this == QWEN_VL_UTILS || this == QWEN_VL_UTILS_0_0_14;
    double least = utils ? factor : 0;
    double newHeight = Math.max(least, Math.rint((double) height / factor) * factor);
    double newWidth = Math.max(least, Math.rint((double) width / factor) * factor);
    if (newHeight * newWidth > range.max()) {
      double beta = Math.sqrt(pixels / range.max());
      double floor = this == TRANSFORMERS_4_50 || this == QWEN_VL_UTILS_0_0_14 ? 0 : factor;
      newHeight = Math.max(floor, Math.floor(height / beta / factor) * factor);
      newWidth = Math.max(floor, Math.floor(width / beta / factor) * factor);
    } else if (newHeight * newWidth < range.min()) {
      double beta = Math.sqrt(range.min() / pixels);
      newHeight = Math.ceil(height * beta / factor) * factor;
      newWidth = Math.ceil(width * beta / factor) * factor;
    }
    if (newHeight * newWidth > Integer.MAX_VALUE) {
      throw new MediaException(
          "picture of " + width + " x " + height + " pixels would grow to " + newHeight * newWidth);
    }
    return new Size((int) newHeight, (int) newWidth);
  }
}
