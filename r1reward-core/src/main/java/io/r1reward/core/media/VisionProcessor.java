package io.r1reward.core.media;

import io.r1reward.Image;
import io.r1reward.Media;
import io.r1reward.MediaException;
import io.r1reward.MediaFetcher;
import io.r1reward.Video;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.media.SmartResize.Size;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads pictures and videos as the published model was trained to see them: {@code
 * process_vision_info} of {@code qwen_vl_utils} 0.0.11, then {@code Qwen2VLImageProcessor} of
 * Transformers 4.50. Each of the two resizes a picture once; the second may shrink what the first
 * left above {@link VisionSettings#processorRange}. Patches are equal to the reference's to the
 * last bit wherever the decoded pixels are.
 *
 * <p>Thread-safe; every call works on its own buffers.
 */
public final class VisionProcessor {

  private final VisionSettings settings;
  private final MediaLimits limits;
  private final ImageLoader loader;
  private final PatchEncoder encoder;

  /** A processor with default limits that opens files and memory only. */
  public VisionProcessor(VisionSettings settings) {
    this(settings, MediaLimits.DEFAULT, null);
  }

  /**
   * A processor.
   *
   * @param fetcher opens foreign URIs, null to refuse them
   */
  public VisionProcessor(
      VisionSettings settings, MediaLimits limits, @Nullable MediaFetcher fetcher) {
    this.settings = settings;
    this.limits = limits;
    this.loader = new ImageLoader(limits, fetcher);
    this.encoder = new PatchEncoder(settings);
  }

  /**
   * Reads a picture or video.
   *
   * @return patches of {@code [gridT * gridH * gridW, 3 * temporalPatch * patch * patch]}
   * @throws MediaException if it cannot be read, decoded or resized, or exceeds a limit
   */
  public VisionInput process(Media media) {
    return process(media, settings.utilsRange());
  }

  /**
   * Reads a picture or video with limits of its own, as {@code min_pixels} and {@code max_pixels}
   * in a message. The image processor's limits hold afterwards all the same.
   *
   * @param range limits of the first resize
   * @return patches of {@code [gridT * gridH * gridW, 3 * temporalPatch * patch * patch]}
   * @throws MediaException if it cannot be read, decoded or resized, or exceeds a limit
   */
  public VisionInput process(Media media, PixelRange range) {
    if (media instanceof Image image) {
      RgbImage picture = processorResize(utilsResize(image, range), image.describe());
      return encoder.encode(VisionInput.Kind.IMAGE, List.of(picture), 0);
    }
    Video video = (Video) media;
    if (video.frames().size() > limits.maxFrames()) {
      throw new MediaException(
          "video has " + video.frames().size() + " frames, more than " + limits.maxFrames());
    }
    List<RgbImage> frames = new ArrayList<>(video.frames().size());
    for (Image frame : video.frames()) {
      RgbImage resized = utilsResize(frame, range);
      // all frames take the size of the first
      frames.add(
          frames.isEmpty()
              ? processorResize(resized, frame.describe())
              : BicubicResampler.resize(resized, frames.get(0).width(), frames.get(0).height()));
    }
    if (frames.size() % FrameSampling.FRAME_FACTOR != 0) {
      frames.add(frames.get(frames.size() - 1));
    }
    return encoder.encode(
        VisionInput.Kind.VIDEO, frames, settings.temporalPatchSize() / video.fps());
  }

  private RgbImage utilsResize(Image image, PixelRange range) {
    return resize(loader.load(image), SmartResize.QWEN_VL_UTILS, range, image.describe());
  }

  private RgbImage processorResize(RgbImage picture, String name) {
    return resize(picture, SmartResize.TRANSFORMERS_4_50, settings.processorRange(), name);
  }

  private RgbImage resize(RgbImage picture, SmartResize rule, PixelRange range, String name) {
    try {
      Size size = rule.size(picture.height(), picture.width(), settings.factor(), range);
      return BicubicResampler.resize(picture, size.width(), size.height());
    } catch (MediaException e) {
      throw new MediaException(name + ": " + e.getMessage(), e);
    }
  }
}
