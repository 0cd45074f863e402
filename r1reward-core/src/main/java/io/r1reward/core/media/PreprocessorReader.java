package io.r1reward.core.media;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.JsonFields;
import java.util.Locale;

/** Reads the settings of pictures and videos out of whichever file they stand in. */
final class PreprocessorReader {
  /** Keys that change nothing: names, layouts, places, and how frames are chosen of a file. */
  static final ImmutableSet<String> HARMLESS =
      ImmutableSet.of(
          "image_processor_type",
          "video_processor_type",
          "feature_extractor_type",
          "processor_class",
          "auto_map",
          "data_format",
          "input_data_format",
          "device",
          "disable_grouping",
          "return_tensors",
          "return_metadata",
          "default_to_square",
          "image_token",
          "video_token",
          "num_additional_image_tokens",
          "_valid_kwargs_names",
          "transformers_version",
          // videos come as frames, chosen by whoever brings them
          "do_sample_frames",
          "fps",
          "num_frames",
          "min_frames",
          "max_frames",
          "video_metadata");

  private static final ImmutableSet<String> BICUBIC =
      ImmutableSet.of("3", "bicubic", "resampling.bicubic", "pilimageresampling.bicubic");

  private PreprocessorReader() {}

  static PreprocessorConfig read(JsonFields fields) {
    PreprocessorConfig defaults = PreprocessorConfig.defaults();
    refuseUnsupported(fields);
    long fewest = defaults.minPixels();
    long most = defaults.maxPixels();
    JsonFields size = fields.object("size").orElse(null);
    if (size != null) {
      if (size.integerOrNull("height") != null || size.integerOrNull("width") != null) {
        throw fields.wrong(
            "size", "a height and a width", "pixel counts; a fixed size is not supported");
      }
      fewest = size.longInteger("shortest_edge", size.longInteger("min_pixels", fewest));
      most = size.longInteger("longest_edge", size.longInteger("max_pixels", most));
    }
    long minPixels = fields.longInteger("min_pixels", fewest);
    long maxPixels = fields.longInteger("max_pixels", most);
    return fields.naming(
        () ->
            new PreprocessorConfig(
                minPixels,
                maxPixels,
                fields.integer("patch_size", defaults.patchSize()),
                fields.integer("temporal_patch_size", defaults.temporalPatchSize()),
                fields.integer("merge_size", defaults.mergeSize()),
                fields.numbers("image_mean", defaults.imageMean()),
                fields.numbers("image_std", defaults.imageStd())));
  }

  /**
   * Checks the settings of videos, whose own limits of pixels are not used: the frames of a video
   * take the sizes of the published example's rule.
   */
  static void checkVideos(JsonFields fields, PreprocessorConfig images) {
    PreprocessorConfig videos = read(fields);
    fields.naming(
        () -> {
          same("patch_size", videos.patchSize(), images.patchSize());
          same("temporal_patch_size", videos.temporalPatchSize(), images.temporalPatchSize());
          same("merge_size", videos.mergeSize(), images.mergeSize());
          same("image_mean", videos.imageMean(), images.imageMean());
          same("image_std", videos.imageStd(), images.imageStd());
          return videos;
        });
  }

  private static void same(String key, Object videos, Object images) {
    if (!videos.equals(images)) {
      throw new CheckpointException(
          key + " is " + videos + " for videos, expected that of pictures, " + images);
    }
  }

  private static void refuseUnsupported(JsonFields fields) {
    for (String step :
        ImmutableList.of("do_resize", "do_rescale", "do_normalize", "do_convert_rgb")) {
      if (!fields.bool(step, true)) {
        throw fields.wrong(step, false, "true; leaving the step out is not supported");
      }
    }
    for (String step : ImmutableList.of("do_center_crop", "do_pad")) {
      if (fields.bool(step, false)) {
        throw fields.wrong(step, true, "false; the step is not supported");
      }
    }
    fields.leave("crop_size", "pad_size"); // of those steps
    String resample = fields.scalar("resample", "3");
    if (!BICUBIC.contains(resample.toLowerCase(Locale.ROOT))) {
      throw fields.wrong("resample", resample, "3 (bicubic); others are not supported");
    }
    double factor = fields.number("rescale_factor", 1 / 255.0);
    if ((float) factor != (float) (1 / 255.0)) { // some tools write the number in float32
      throw fields.wrong("rescale_factor", factor, "1/255; others are not supported");
    }
  }
}
