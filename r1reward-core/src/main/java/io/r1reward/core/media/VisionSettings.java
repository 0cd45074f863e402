package io.r1reward.core.media;

import com.google.common.collect.ImmutableList;
import io.r1reward.InvalidInputException;

/**
 * The numbers of a checkpoint's {@code preprocessor_config.json}, and the limits that {@code
 * qwen_vl_utils} puts before it. Immutable.
 *
 * @param patchSize side of a patch in pixels
 * @param temporalPatchSize frames of a patch
 * @param mergeSize patches per side that the vision tower merges into one token
 * @param mean of the rescaled red, green and blue values
 * @param std standard deviation of the rescaled red, green and blue values
 * @param rescaleFactor by which a value of 0 to 255 is multiplied first
 * @param processorRange {@code min_pixels} and {@code max_pixels} of the image processor
 * @param utilsRange limits of the resize before it, unless a call gives others
 */
public record VisionSettings(
    int patchSize,
    int temporalPatchSize,
    int mergeSize,
    ImmutableList<Double> mean,
    ImmutableList<Double> std,
    double rescaleFactor,
    PixelRange processorRange,
    PixelRange utilsRange) {

  /** The published Qwen2.5-VL configuration. */
  public static final VisionSettings QWEN2_5_VL =
      new VisionSettings(
          14,
          2,
          2,
          ImmutableList.of(0.48145466, 0.4578275, 0.40821073),
          ImmutableList.of(0.26862954, 0.26130258, 0.27577711),
          1.0 / 255,
          new PixelRange(3136, 12_845_056),
          PixelRange.UTILS_DEFAULT);

  /** Checks the sizes and the number of channels. */
  public VisionSettings {
    if (patchSize < 1 || temporalPatchSize < 1 || mergeSize < 1) {
      throw new InvalidInputException(
          "patch size, temporal patch size and merge size must be at least 1, got "
              + patchSize
              + ", "
              + temporalPatchSize
              + " and "
              + mergeSize);
    }
    if (mean.size() != RgbImage.CHANNELS || std.size() != RgbImage.CHANNELS) {
      throw new InvalidInputException(
          "image mean and std need 3 values, got " + mean.size() + " and " + std.size());
    }
    for (double value : std) {
      if (!(value > 0)) {
        throw new InvalidInputException("image std must be positive, got " + std);
      }
    }
  }

  /** Returns the multiple to which both sides are resized: the pixels of a merged token's side. */
  public int factor() {
    return patchSize * mergeSize;
  }

  /** Returns the same settings with another upper limit of the image processor. */
  public VisionSettings withMaxPixels(int maxPixels) {
    return new VisionSettings(
        patchSize,
        temporalPatchSize,
        mergeSize,
        mean,
        std,
        rescaleFactor,
        new PixelRange(Math.min(processorRange.min(), maxPixels), maxPixels),
        utilsRange);
  }
}
