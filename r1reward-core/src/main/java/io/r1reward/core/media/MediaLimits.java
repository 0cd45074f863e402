package io.r1reward.core.media;

import io.r1reward.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;

/**
 * What a picture or video may cost before it is refused. Immutable.
 *
 * @param maxBytes most bytes of an encoded picture
 * @param maxPixels most pixels of a decoded picture, known from its header before decoding
 * @param maxFrames most frames of a video
 */
public record MediaLimits(int maxBytes, int maxPixels, int maxFrames) {

  /** 128 MiB, Pillow's 178,956,970 pixels, and the 768 frames of {@code qwen_vl_utils}. */
  public static final MediaLimits DEFAULT = new MediaLimits(1 << 27, 178_956_970, 768);

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
