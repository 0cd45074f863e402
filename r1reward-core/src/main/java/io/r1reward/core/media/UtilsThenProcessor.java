package io.r1reward.core.media;

import io.r1reward.MediaException;
import io.r1reward.core.media.SmartResize.Size;

/**
 * {@code process_vision_info} of {@code qwen_vl_utils} 0.0.11, then {@code Qwen2VLImageProcessor}
 * of Transformers 4.50: each of the two resizes a picture once; the second may shrink what the
 * first left above the checkpoint's limit. Frames of a list count as pictures. Stateless.
 */
public final class UtilsThenProcessor implements VisionRule {
  private static final double RESCALE_FACTOR = 1.0 / 255;

  /** The only one. */
  public static final UtilsThenProcessor INSTANCE = new UtilsThenProcessor();

  private UtilsThenProcessor() {}

  @Override
  public PixelRange defaultVideoRange() {
    return PixelRange.UTILS_DEFAULT; // not asked: every frame counts as a picture
  }

  @Override
  public RgbImage picture(RgbImage decoded, Limits limits) {
    return resize(
        utils(decoded, limits), SmartResize.TRANSFORMERS_4_50, limits.processor(), limits);
  }

  @Override
  public RgbImage firstFrame(RgbImage decoded, int frames, Limits limits) {
    return picture(decoded, limits);
  }

  @Override
  public RgbImage laterFrame(RgbImage decoded, RgbImage first, Limits limits) {
    return BicubicResampler.resize(utils(decoded, limits), first.width(), first.height());
  }

  private static RgbImage utils(RgbImage decoded, Limits limits) {
    PixelRange range = limits.picture();
    return resize(
        decoded,
        SmartResize.QWEN_VL_UTILS,
        range == null ? PixelRange.UTILS_DEFAULT : range,
        limits);
  }

  private static RgbImage resize(
      RgbImage picture, SmartResize rule, PixelRange range, Limits limits) {
    Size size = rule.size(picture.height(), picture.width(), limits.factor(), range);
    if (size.height() < 1 || size.width() < 1) {
      throw new MediaException(
          picture.width() + " x " + picture.height() + " pixels leave nothing within " + range);
    }
    return BicubicResampler.resize(picture, size.width(), size.height());
  }

  /** {@code value * (1/255)} in float64, rounded; then mean and std in float32. */
  @Override
  public float normalised(int value, double mean, double std) {
    float rescaled = (float) (value * RESCALE_FACTOR);
    return (rescaled - (float) mean) / (float) std;
  }
}
