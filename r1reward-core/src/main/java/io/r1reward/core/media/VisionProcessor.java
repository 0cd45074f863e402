package io.r1reward.core.media;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.Image;
import io.r1reward.InvalidInputException;
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
 * left above the checkpoint's limit. Patches are equal to the reference's to the last bit wherever
 * the decoded pixels are.
 *
 * <p>Thread-safe; every call works on buffers of its own.
 */
public final class VisionProcessor {

  private final PreprocessorConfig config;
  private final PixelRange processorRange;
  private final PixelRange utilsRange;
  private final MediaLimits limits;
  private final ImageLoader loader;
  private final PatchEncoder encoder;

  private VisionProcessor(Builder builder) {
    this.config = builder.config;
    long max = builder.maxPixels > 0 ? builder.maxPixels : config.maxPixels();
    this.processorRange = new PixelRange(Math.min(config.minPixels(), max), max);
    this.utilsRange = builder.utilsRange;
    this.limits = builder.limits;
    this.loader = new ImageLoader(limits, builder.fetcher);
    this.encoder = new PatchEncoder(config);
  }

  /** Starts a processor for a checkpoint's {@code preprocessor_config.json}. */
  public static Builder builder(PreprocessorConfig config) {
    return new Builder(requireNonNull(config, "config"));
  }

  /**
   * Reads a picture or video.
   *
   * @return patches of {@code [gridT * gridH * gridW, 3 * temporalPatch * patch * patch]}
   * @throws MediaException if it cannot be read, decoded or resized, or exceeds a limit
   */
  public VisionInput process(Media media) {
    return process(media, utilsRange);
  }

  /**
   * Reads a picture or video with limits of its own, as {@code min_pixels} and {@code max_pixels}
   * in a message. The limits of the checkpoint hold afterwards all the same.
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
          "video has "
              + video.frames().size()
              + " frames, more than the limit of "
              + limits.maxFrames());
    }
    List<RgbImage> frames = new ArrayList<>(video.frames().size() + 1);
    Image opening = video.frames().get(0);
    RgbImage first = processorResize(utilsResize(opening, range), opening.describe());
    encoder.valueCount(video.frames().size(), first); // before the other frames are decoded
    frames.add(first);
    for (Image frame : video.frames().subList(1, video.frames().size())) {
      // all frames take the size of the first
      RgbImage resized = utilsResize(frame, range);
      frames.add(BicubicResampler.resize(resized, first.width(), first.height()));
    }
    if (frames.size() % FrameSampling.FRAME_FACTOR != 0) {
      frames.add(frames.get(frames.size() - 1));
    }
    return encoder.encode(VisionInput.Kind.VIDEO, frames, config.temporalPatchSize() / video.fps());
  }

  private RgbImage utilsResize(Image image, PixelRange range) {
    return resize(loader.load(image), SmartResize.QWEN_VL_UTILS, range, image.describe());
  }

  private RgbImage processorResize(RgbImage picture, String name) {
    return resize(picture, SmartResize.TRANSFORMERS_4_50, processorRange, name);
  }

  private RgbImage resize(RgbImage picture, SmartResize rule, PixelRange range, String name) {
    int factor = config.patchSize() * config.mergeSize();
    try {
      Size size = rule.size(picture.height(), picture.width(), factor, range);
      if (size.height() < 1 || size.width() < 1) {
        throw new MediaException(
            picture.width() + " x " + picture.height() + " pixels leave nothing within " + range);
      }
      return BicubicResampler.resize(picture, size.width(), size.height());
    } catch (MediaException e) {
      throw new MediaException("cannot resize picture " + name + ": " + e.getMessage(), e);
    } catch (OutOfMemoryError e) {
      throw new MediaException(
          "cannot resize picture " + name + ": not enough memory; lower the pixel limits", e);
    }
  }

  /**
   * Collects a {@link VisionProcessor}. Not thread-safe.
   *
   * <ul>
   *   <li>{@code maxPixels}: the checkpoint's
   *   <li>{@code utilsRange}: {@link PixelRange#UTILS_DEFAULT}
   *   <li>{@code limits}: {@link MediaLimits#DEFAULT}
   *   <li>{@code fetcher}: none, files and memory only
   * </ul>
   */
  public static final class Builder {
    private final PreprocessorConfig config;
    private long maxPixels;
    private PixelRange utilsRange = PixelRange.UTILS_DEFAULT;
    private MediaLimits limits = MediaLimits.DEFAULT;
    private @Nullable MediaFetcher fetcher;

    private Builder(PreprocessorConfig config) {
      this.config = config;
    }

    /**
     * Most pixels of a picture after the second resize, instead of the checkpoint's.
     *
     * @throws InvalidInputException if it is less than 1
     */
    @CanIgnoreReturnValue
    public Builder maxPixels(long pixels) {
      if (pixels < 1) {
        throw new InvalidInputException("maxPixels must be at least 1, got " + pixels);
      }
      maxPixels = pixels;
      return this;
    }

    /** Limits of the first resize, unless a call gives others. */
    @CanIgnoreReturnValue
    public Builder utilsRange(PixelRange range) {
      utilsRange = requireNonNull(range, "utilsRange");
      return this;
    }

    /** What a picture or video may cost before it is refused. */
    @CanIgnoreReturnValue
    public Builder limits(MediaLimits mediaLimits) {
      limits = requireNonNull(mediaLimits, "limits");
      return this;
    }

    /** Opens foreign URIs; null refuses them. */
    @CanIgnoreReturnValue
    public Builder fetcher(@Nullable MediaFetcher mediaFetcher) {
      fetcher = mediaFetcher;
      return this;
    }

    /** Returns the processor. */
    public VisionProcessor build() {
      return new VisionProcessor(this);
    }
  }
}
