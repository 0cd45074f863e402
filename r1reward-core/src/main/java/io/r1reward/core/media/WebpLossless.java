package io.r1reward.core.media;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.r1reward.core.media.vp8l.LosslessImage;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The lossless half of WebP: the content of a {@code VP8L} chunk, or of alpha. Thread-safe. */
final class WebpLossless {

  private static final int SIGNATURE = 0x2f;
  private static final int HEADER_BYTES = 5;
  private static final int SIZE_BITS = 14;
  private static final int SIZE_MASK = (1 << SIZE_BITS) - 1;

  private WebpLossless() {}

  /**
   * Decodes the content of a {@code VP8L} chunk.
   *
   * @param transparent whether the container says that alpha counts, if the content has one
   */
  static RgbImage decode(byte[] content, boolean transparent, MediaLimits limits)
      throws IOException {
    if (content.length < HEADER_BYTES) {
      throw new EOFException("WebP chunk VP8L is truncated");
    }
    int header = ByteBuffer.wrap(content).order(LITTLE_ENDIAN).getInt(1);
    if (content[0] != SIGNATURE || header >>> (2 * SIZE_BITS + 1) != 0) {
      throw new IOException("WebP chunk VP8L has a wrong signature or version");
    }
    int width = 1 + (header & SIZE_MASK);
    int height = 1 + ((header >> SIZE_BITS) & SIZE_MASK);
    boolean alpha = ((header >> (2 * SIZE_BITS)) & 1) == 1;
    limits.checkPixels(width, height);
    int[] pixels = LosslessImage.decode(content, HEADER_BYTES, content.length, width, height);
    byte[] samples = new byte[Math.multiplyExact(pixels.length, 4)];
    for (int i = 0, at = 0; i < pixels.length; i++) {
      samples[at++] = (byte) (pixels[i] >> 16);
      samples[at++] = (byte) (pixels[i] >> 8);
      samples[at++] = (byte) pixels[i];
      samples[at++] = (byte) (pixels[i] >> 24);
    }
    return alpha && transparent
        ? RgbConversion.onWhite(samples, width, height, 4, false)
        : RgbConversion.rgb(samples, width, height, 4);
  }

  /** Decodes alpha, whose stream lacks a header: its green, {@code [height, width]}. */
  static byte[] greenOf(byte[] stream, int from, int width, int height) throws IOException {
    int[] pixels = LosslessImage.decode(stream, from, stream.length, width, height);
    byte[] green = new byte[pixels.length];
    for (int i = 0; i < green.length; i++) {
      green[i] = (byte) (pixels[i] >> 8);
    }
    return green;
  }
}
