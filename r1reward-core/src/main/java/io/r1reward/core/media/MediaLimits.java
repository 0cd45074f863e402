package io.r1reward.core.media;

import com.google.common.collect.ImmutableSet;
import io.r1reward.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * What a picture or video may cost before it is refused. Immutable. {@code
 * RewardModel.builder().option(…)} sets the limits of a model by {@value #BYTES}, {@value #PIXELS}
 * and {@value #FRAMES}.
 *
 * @param maxBytes most bytes of an encoded picture
 * @param maxPixels most pixels of a decoded picture, known from its header before decoding
 * @param maxFrames most frames of a video
 */
public record MediaLimits(int maxBytes, int maxPixels, int maxFrames) {

  /** 128 MiB, Pillow's 178,956,970 pixels, and the 768 frames of {@code qwen_vl_utils}. */
  public static final MediaLimits DEFAULT = new MediaLimits(1 << 27, 178_956_970, 768);

  private static final String BYTES = "media.max-bytes";
  private static final String PIXELS = "media.max-pixels";
  private static final String FRAMES = "media.max-frames";

  /** Says whether an option of a model is one of these limits. */
  public static boolean isOption(String name) {
    return ImmutableSet.of(BYTES, PIXELS, FRAMES).contains(name);
  }

  /**
   * Returns the limits that a model's options ask for, or else the default ones.
   *
   * @throws InvalidInputException if one is no whole number of at least 1
   */
  public static MediaLimits fromOptions(Map<String, String> options) {
    return new MediaLimits(
        number(options, BYTES, DEFAULT.maxBytes),
        number(options, PIXELS, DEFAULT.maxPixels),
        number(options, FRAMES, DEFAULT.maxFrames));
  }

  private static int number(Map<String, String> options, String name, int otherwise) {
    String value = options.get(name);
    if (value == null) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= 1) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          name + " must be a whole number from 1 to 2147483647, got '" + value + "'", e);
    }
    throw new InvalidInputException(name + " must be at least 1, got " + value);
  }

  /** Checks that every limit is positive. */
  public MediaLimits {
    if (maxBytes < 1 || maxPixels < 1 || maxFrames < 1) {
      throw new InvalidInputException(
          "media limits must be at least 1, got "
              + maxBytes
              + " bytes, "
              + maxPixels
              + " pixels, "
              + maxFrames
              + " frames");
    }
  }

  /** Returns the same limits with another number of bytes. */
  public MediaLimits withMaxBytes(int bytes) {
    return new MediaLimits(bytes, maxPixels, maxFrames);
  }

  /** Returns the same limits with another number of pixels. */
  public MediaLimits withMaxPixels(int pixels) {
    return new MediaLimits(maxBytes, pixels, maxFrames);
  }

  /** Returns the same limits with another number of frames. */
  public MediaLimits withMaxFrames(int frames) {
    return new MediaLimits(maxBytes, maxPixels, frames);
  }

  void checkPixels(int width, int height) throws IOException {
    if (width < 1 || height < 1) {
      throw new IOException("has no pixels: " + width + " x " + height);
    }
    if ((long) width * height > maxPixels) {
      throw new IOException(
          width + " x " + height + " pixels are more than the limit of " + maxPixels);
    }
  }

  byte[] checkBytes(byte[] encoded) throws IOException {
    if (encoded.length > maxBytes) {
      throw new IOException(encoded.length + " bytes are more than the limit of " + maxBytes);
    }
    return encoded;
  }

  byte[] readCapped(InputStream in) throws IOException {
    byte[] encoded = in.readNBytes(maxBytes);
    if (in.read() >= 0) {
      throw new IOException("more bytes than the limit of " + maxBytes);
    }
    return encoded;
  }
}
