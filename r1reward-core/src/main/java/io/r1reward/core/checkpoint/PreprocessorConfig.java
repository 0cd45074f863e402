package io.r1reward.core.checkpoint;

import com.google.common.collect.ImmutableList;
import io.r1reward.CheckpointException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code preprocessor_config.json} says about preparing pictures. Keys that are missing, or a
 * missing file, mean the defaults of the public implementation's {@code Qwen2VLImageProcessor},
 * given below. Switching off or changing resizing (bicubic), rescaling (1/255), normalising or the
 * conversion to RGB is not supported and refused.
 *
 * @param minPixels fewest pixels of a resized picture; default 3136
 * @param maxPixels most pixels of a resized picture; default 1003520
 * @param patchSize pixels of a patch's side; default 14
 * @param temporalPatchSize frames of a patch; default 2
 * @param mergeSize patches of a merged patch's side; default 2
 * @param imageMean subtracted per channel from values in 0 to 1; default that of CLIP
 * @param imageStd divides per channel after that; default that of CLIP
 */
public record PreprocessorConfig(
    long minPixels,
    long maxPixels,
    int patchSize,
    int temporalPatchSize,
    int mergeSize,
    ImmutableList<Double> imageMean,
    ImmutableList<Double> imageStd) {

  private static final PreprocessorConfig DEFAULTS =
      new PreprocessorConfig(
          56 * 56,
          28 * 28 * 1280,
          14,
          2,
          2,
          ImmutableList.of(0.48145466, 0.4578275, 0.40821073),
          ImmutableList.of(0.26862954, 0.26130258, 0.27577711));

  /** Checks every value. */
  public PreprocessorConfig {
    Checks.positive("min_pixels", minPixels);
    Checks.positive("patch_size", patchSize);
    Checks.positive("temporal_patch_size", temporalPatchSize);
    Checks.positive("merge_size", mergeSize);
    if (maxPixels < minPixels) {
      throw new CheckpointException(
          "max_pixels is " + maxPixels + ", expected at least min_pixels " + minPixels);
    }
    if (imageMean.size() != 3) {
      throw new CheckpointException("image_mean is " + imageMean + ", expected 3 numbers");
    }
    if (imageStd.size() != 3 || imageStd.stream().anyMatch(std -> !(std > 0))) {
      throw new CheckpointException("image_std is " + imageStd + ", expected 3 numbers above 0");
    }
  }

  /** What holds where there is no file. */
  public static PreprocessorConfig defaults() {
    return DEFAULTS;
  }

  /**
   * Reads a {@code preprocessor_config.json}, or returns the defaults where there is none. The
   * limits may stand as {@code min_pixels} and {@code max_pixels}, which win, or as {@code
   * size.shortest_edge} and {@code size.longest_edge}, which are pixel counts, too.
   *
   * @throws CheckpointException if the file is malformed, a value is of a wrong type or out of
   *     range, or something is asked for that is not supported
   */
  public static PreprocessorConfig read(Path file) {
    if (!Files.exists(file)) {
      return DEFAULTS;
    }
    JsonFields fields = JsonFields.read(file);
    refuseUnsupported(fields);
    long shortest = DEFAULTS.minPixels;
    long longest = DEFAULTS.maxPixels;
    JsonFields size = fields.object("size").orElse(null);
    if (size != null) {
      shortest = size.longInteger("shortest_edge", shortest);
      longest = size.longInteger("longest_edge", longest);
    }
    long minPixels = fields.longInteger("min_pixels", shortest);
    long maxPixels = fields.longInteger("max_pixels", longest);
    return fields.naming(
        () ->
            new PreprocessorConfig(
                minPixels,
                maxPixels,
                fields.integer("patch_size", DEFAULTS.patchSize),
                fields.integer("temporal_patch_size", DEFAULTS.temporalPatchSize),
                fields.integer("merge_size", DEFAULTS.mergeSize),
                fields.numbers("image_mean", DEFAULTS.imageMean),
                fields.numbers("image_std", DEFAULTS.imageStd)));
  }

  private static void refuseUnsupported(JsonFields fields) {
    for (String step :
        ImmutableList.of("do_resize", "do_rescale", "do_normalize", "do_convert_rgb")) {
      if (!fields.bool(step, true)) {
        throw fields.wrong(step, false, "true; leaving the step out is not supported");
      }
    }
    int resample = fields.integer("resample", 3);
    if (resample != 3) {
      throw fields.wrong("resample", resample, "3 (bicubic); others are not supported");
    }
    double factor = fields.number("rescale_factor", 1 / 255.0);
    if (factor != 1 / 255.0) {
      throw fields.wrong("rescale_factor", factor, "1/255; others are not supported");
    }
  }
}
