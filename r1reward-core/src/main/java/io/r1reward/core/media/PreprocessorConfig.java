package io.r1reward.core.media;

import com.google.common.collect.ImmutableList;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.CheckpointFiles;
import io.r1reward.core.json.Checks;
import io.r1reward.core.json.JsonFields;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

  private static final Logger LOG = LoggerFactory.getLogger(PreprocessorConfig.class);

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
   * Reads the settings of a checkpoint folder: {@code image_processor} of {@code
   * processor_config.json}, where release 5 of the public implementation writes them, else {@code
   * preprocessor_config.json}, else the defaults. Where both files have them and differ, the newer
   * one holds, as it does there, and a warning is logged. Settings of videos, which stand in a file
   * or an object of their own, must not contradict: one patch rule serves both.
   *
   * @throws CheckpointException if a file is malformed, a value is of a wrong type or out of range,
   *     or something is asked for that is not supported
   */
  public static PreprocessorConfig forCheckpoint(Path folder) {
    Path older = folder.resolve(CheckpointFiles.PREPROCESSOR);
    Path newer = folder.resolve(CheckpointFiles.PROCESSOR);
    PreprocessorConfig config = read(older);
    if (Files.exists(newer)) {
      JsonFields fields = JsonFields.read(newer);
      JsonFields images = fields.object("image_processor").orElse(null);
      if (images != null) {
        PreprocessorConfig inside = PreprocessorReader.read(images);
        if (Files.exists(older) && !inside.equals(config)) {
          LOG.warn(
              "{} and {} differ, the first one holds: {}, not {}", newer, older, inside, config);
        }
        config = inside;
      }
      JsonFields videos = fields.object("video_processor").orElse(null);
      if (videos != null) {
        PreprocessorReader.checkVideos(videos, config);
      }
      fields.leave("chat_template"); // read with the other templates
      fields.warnOfOthers(PreprocessorReader.HARMLESS);
    }
    Path videos = folder.resolve(CheckpointFiles.VIDEO_PREPROCESSOR);
    if (Files.exists(videos)) {
      JsonFields fields = JsonFields.read(videos);
      PreprocessorReader.checkVideos(fields, config);
      fields.warnOfOthers(PreprocessorReader.HARMLESS);
    }
    return config;
  }

  /**
   * Returns the limits that a folder's settings of videos name for all frames of one together; null
   * where it names none.
   *
   * @throws CheckpointException if a file is malformed or a value out of range
   */
  public static @Nullable PixelRange videoRange(Path folder) {
    Path newer = folder.resolve(CheckpointFiles.PROCESSOR);
    Path older = folder.resolve(CheckpointFiles.VIDEO_PREPROCESSOR);
    JsonFields videos = null;
    if (Files.exists(newer)) {
      videos = JsonFields.read(newer).object("video_processor").orElse(null);
    }
    if (videos == null && Files.exists(older)) {
      videos = JsonFields.read(older);
    }
    if (videos == null
        || (videos.object("size").isEmpty() && videos.integerOrNull("max_pixels") == null)) {
      return null;
    }
    PreprocessorConfig config = PreprocessorReader.read(videos);
    return new PixelRange(config.minPixels(), config.maxPixels());
  }

  /**
   * Reads a {@code preprocessor_config.json}, or returns the defaults where there is none. The
   * limits may stand as {@code min_pixels} and {@code max_pixels}, which win, or under {@code size}
   * as {@code shortest_edge} and {@code longest_edge}, which are pixel counts, too, or under the
   * former names.
   *
   * @throws CheckpointException if the file is malformed, a value is of a wrong type or out of
   *     range, or something is asked for that is not supported
   */
  public static PreprocessorConfig read(Path file) {
    if (!Files.exists(file)) {
      return DEFAULTS;
    }
    JsonFields fields = JsonFields.read(file);
    PreprocessorConfig config = PreprocessorReader.read(fields);
    fields.warnOfOthers(PreprocessorReader.HARMLESS);
    return config;
  }
}
