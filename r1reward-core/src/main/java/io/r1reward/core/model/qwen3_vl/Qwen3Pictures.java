package io.r1reward.core.model.qwen3_vl;

import io.r1reward.MediaException;
import io.r1reward.core.media.BicubicResampler;
import io.r1reward.core.media.PixelRange;
import io.r1reward.core.media.Resampling;
import io.r1reward.core.media.RgbImage;
import io.r1reward.core.media.SmartResize;
import io.r1reward.core.media.SmartResize.Size;
import io.r1reward.core.media.VisionRule;

/**
 * Pictures of Qwen3-VL: as {@code qwen_vl_utils} 0.0.14 resizes them for patches of 16 pixels,
 * which the processor then leaves alone ({@link #UTILS}, the published way), or as the processor
 * alone does ({@link #PROCESSOR}). Videos always go through the video processor of version 4.57,
 * with limits for all frames together; one of a single frame, which that version refuses, is taken
 * as later ones take it. Stateless.
 */
public enum Qwen3Pictures implements VisionRule {
  /** Pillow's filter, 4,096 to 16,777,216 pixels. */
  UTILS,
  /** PyTorch's filter, the checkpoint's limits. */
  PROCESSOR;

  private static final PixelRange UTILS_RANGE = new PixelRange(4 * 1024, 16384.0 * 1024);
  private static final PixelRange VIDEO_RANGE = new PixelRange(4 * 1024, 24576.0 * 1024);
  private static final int STEP_FRAMES = 2;

  @Override
  public PixelRange defaultVideoRange() {
    return VIDEO_RANGE;
  }

  @Override
  public RgbImage picture(RgbImage decoded, Limits limits) {
    PixelRange range = limits.picture();
    if (this == PROCESSOR) {
      PixelRange own = range == null ? limits.processor() : range;
      Size size = size(SmartResize.TRANSFORMERS_4_56, decoded, limits.factor(), own);
      return BicubicResampler.resize(decoded, size.width(), size.height(), Resampling.PYTORCH);
    }
    PixelRange wanted = range == null ? UTILS_RANGE : range;
    double most = Math.min(wanted.max(), limits.processor().max());
    PixelRange own = new PixelRange(Math.min(wanted.min(), most), most);
    Size size = size(SmartResize.QWEN_VL_UTILS_0_0_14, decoded, limits.factor(), own);
    return BicubicResampler.resize(decoded, size.width(), size.height(), Resampling.PILLOW);
  }

  private static Size size(SmartResize rule, RgbImage picture, int factor, PixelRange range) {
    Size size = rule.size(picture.height(), picture.width(), factor, range);
    if (size.height() < 1 || size.width() < 1) {
      throw new MediaException(
          picture.width() + " x " + picture.height() + " pixels leave nothing within " + range);
    }
    return size;
  }

  @Override
  public RgbImage firstFrame(RgbImage decoded, int frames, Limits limits) {
    Size size =
        videoSize(frames, decoded.height(), decoded.width(), limits.factor(), limits.video());
    return BicubicResampler.resize(decoded, size.width(), size.height(), Resampling.PYTORCH);
  }

  @Override
  public RgbImage laterFrame(RgbImage decoded, RgbImage first, Limits limits) {
    return BicubicResampler.resize(decoded, first.width(), first.height(), Resampling.PYTORCH);
  }

  /** The video processor's rule: as that of pictures, for the pixels of all frames together. */
  static Size videoSize(int frames, int height, int width, int factor, PixelRange range) {
    if (height < factor || width < factor) {
      throw new MediaException(
          "height:" + height + " or width:" + width + " must be larger than factor:" + factor);
    }
    double ratio = (double) Math.max(height, width) / Math.min(height, width);
    if (ratio > SmartResize.MAX_RATIO) {
      throw new MediaException(
          "absolute aspect ratio must be smaller than " + SmartResize.MAX_RATIO + ", got " + ratio);
    }
    double newHeight = Math.rint((double) height / factor) * factor;
    double newWidth = Math.rint((double) width / factor) * factor;
    double whole = Math.max(1, Math.rint((double) frames / STEP_FRAMES)) * STEP_FRAMES;
    double pixels = (double) frames * height * width;
    if (whole * newHeight * newWidth > range.max()) {
      double beta = Math.sqrt(pixels / range.max());
      newHeight = Math.max(factor, Math.floor(height / beta / factor) * factor);
      newWidth = Math.max(factor, Math.floor(width / beta / factor) * factor);
    } else if (whole * newHeight * newWidth < range.min()) {
      double beta = Math.sqrt(range.min() / pixels);
      newHeight = Math.ceil(height * beta / factor) * factor;
      newWidth = Math.ceil(width * beta / factor) * factor;
    }
    return new Size((int) newHeight, (int) newWidth);
  }

  /** {@code (value - 255 mean) / (255 std)} in float32: one step where others take two. */
  @Override
  public float normalised(int value, double mean, double std) {
    return (value - (float) mean * 255f) / ((float) std * 255f);
  }
}
