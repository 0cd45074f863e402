package io.r1reward.core.media;

import static java.util.Objects.requireNonNull;

import com.google.common.primitives.ImmutableDoubleArray;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.Media;
import io.r1reward.MediaException;
import io.r1reward.MediaFetcher;
import io.r1reward.Video;
import io.r1reward.core.generate.VisionInput;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads pictures and videos as the published model was trained to see them, by the {@link
 * VisionRule} of its family. Patches are equal to the reference's to the last bit wherever the
 * decoded pixels are.
 *
 * <p>Thread-safe; every call works on buffers of its own.
 */
public final class VisionProcessor {

  private final PreprocessorConfig config;
  private final PixelRange processorRange;
  private final @Nullable PixelRange utilsRange;
  private final PixelRange videoRange;
  private final VisionRule rule;
  private final MediaLimits limits;
  private final ImageLoader loader;
  private final PatchEncoder encoder;

  private VisionProcessor(Builder builder) {
    this.config = builder.config;
    long max = builder.maxPixels > 0 ? builder.maxPixels : config.maxPixels();
    this.processorRange = new PixelRange(Math.min(config.minPixels(), max), max);
    this.utilsRange = builder.utilsRange;
    this.rule = builder.rule;
    this.videoRange = builder.videoRange != null ? builder.videoRange : rule.defaultVideoRange();
    this.limits = builder.limits;
    this.loader = new ImageLoader(limits, builder.fetcher);
    this.encoder = new PatchEncoder(config, rule);
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
    return processed(media, utilsRange);
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
    return processed(media, requireNonNull(range, "range"));
  }

  private VisionInput processed(Media media, @Nullable PixelRange range) {
    if (media instanceof Image image) {
      VisionRule.Limits pictureLimits = limits(range, 1);
      RgbImage picture = resized(image, decoded -> rule.picture(decoded, pictureLimits));
      return encoder.encode(VisionInput.Kind.IMAGE, List.of(picture), 0, ImmutableDoubleArray.of());
    }
    Video video = (Video) media;
    if (video.frames().size() > limits.maxFrames()) {
      throw new MediaException(
          "video has "
              + video.frames().size()
              + " frames, more than the limit of "
              + limits.maxFrames());
    }
    int count = video.frames().size();
    VisionRule.Limits frameLimits = limits(range, count);
    List<RgbImage> frames = new ArrayList<>(count + 1);
    RgbImage first =
        resized(video.frames().get(0), decoded -> rule.firstFrame(decoded, count, frameLimits));
    encoder.valueCount(count, first); // before the other frames are decoded
    frames.add(first);
    for (Image frame : video.frames().subList(1, count)) {
      // all frames take the size of the first
      frames.add(resized(frame, decoded -> rule.laterFrame(decoded, first, frameLimits)));
    }
    if (frames.size() % FrameSampling.FRAME_FACTOR != 0) {
      frames.add(frames.get(frames.size() - 1));
    }
    return encoder.encode(
        VisionInput.Kind.VIDEO,
        frames,
        config.temporalPatchSize() / video.fps(),
        times(count, video.fps()));
  }

  /** Mean times of the first and the last frame of each time step; the last is repeated. */
  private ImmutableDoubleArray times(int frames, double fps) {
    ImmutableDoubleArray.Builder times = ImmutableDoubleArray.builder();
    int temporal = config.temporalPatchSize();
    for (int first = 0; first < frames; first += temporal) {
      int last = Math.min(first + temporal - 1, frames - 1);
      times.add((first / fps + last / fps) / 2);
    }
    return times.build();
  }

  private VisionRule.Limits limits(@Nullable PixelRange picture, int frames) {
    double most = Math.min(videoRange.max(), frames * processorRange.max());
    PixelRange ofVideo = new PixelRange(Math.min(videoRange.min(), most), most);
    return new VisionRule.Limits(
        config.patchSize() * config.mergeSize(), picture, processorRange, ofVideo);
  }

  private RgbImage resized(Image image, UnaryOperator<RgbImage> resize) {
    RgbImage decoded = loader.load(image);
    String name = image.describe();
    try {
      return resize.apply(decoded);
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
   *   <li>{@code rule}: {@link UtilsThenProcessor}
   *   <li>{@code utilsRange}, {@code videoRange}: the rule's
   *   <li>{@code limits}: {@link MediaLimits#DEFAULT}
   *   <li>{@code fetcher}: none, files and memory only
   * </ul>
   */
  public static final class Builder {
    private final PreprocessorConfig config;
    private long maxPixels;
    private @Nullable PixelRange utilsRange;
    private @Nullable PixelRange videoRange;
    private VisionRule rule = UtilsThenProcessor.INSTANCE;
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

    /** How the model's family makes pictures ready. */
    @CanIgnoreReturnValue
    public Builder rule(VisionRule visionRule) {
      rule = requireNonNull(visionRule, "rule");
      return this;
    }

    /** Limits of all frames of a video together; null for the rule's. */
    @CanIgnoreReturnValue
    public Builder videoRange(@Nullable PixelRange range) {
      videoRange = range;
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
