package io.r1reward.core.media;

import java.io.IOException;
import java.util.Arrays;

/**
 * A TIFF whose strips or tiles are WebP files, which the format's reader does not know.
 * Thread-safe.
 */
final class TiffWebp {

  private static final int RGB = 2;
  private static final int STRAIGHT_ALPHA = 2;

  private TiffWebp() {}

  /** Decodes the picture as it lies in the file; what is transparent is on white. */
  static RgbImage decode(byte[] file, TiffTags tags, MediaLimits limits) throws IOException {
    TiffStrips strips = tags.strips();
    int width = tags.get(TiffTags.WIDTH, 0);
    int height = tags.get(TiffTags.HEIGHT, 0);
    limits.checkPixels(width, height);
    int samples = tags.get(TiffTags.SAMPLES, 1);
    if (tags.get(TiffTags.PHOTOMETRIC, -1) != RGB
        || tags.get(TiffTags.BITS, 1) != 8
        || samples < 3
        || samples > 4
        || (samples == 4 && tags.get(TiffTags.EXTRA, 0) != STRAIGHT_ALPHA)
        || tags.isPlanar()) {
      throw new IOException("TIFF holds WebP that is not RGB or RGBA of 8 bits side by side");
    }
    int across = strips.columns() < 1 ? 0 : (width - 1) / strips.columns() + 1;
    int down = strips.rows() < 1 ? 0 : (height - 1) / strips.rows() + 1;
    if (across == 0 || (long) across * down != strips.offsets().length) {
      throw new IOException(
          "TIFF has " + strips.offsets().length + " strips or tiles, not " + across + " x " + down);
    }
    limits.checkPixels(
        Math.multiplyExact(across, strips.columns()), Math.multiplyExact(down, strips.rows()));
    byte[] pixels =
        new byte[Math.multiplyExact(Math.multiplyExact(width, height), RgbImage.CHANNELS)];
    for (int i = 0; i < strips.offsets().length; i++) {
      int x = i % across * strips.columns();
      int y = i / across * strips.rows();
      int rows = strips.tiled() ? strips.rows() : Math.min(strips.rows(), height - y);
      RgbImage part = part(file, strips, i, rows, limits);
      int columns = Math.min(strips.columns(), width - x);
      for (int row = 0; row < Math.min(rows, height - y); row++) {
        System.arraycopy(
            part.pixels(),
            row * part.width() * RgbImage.CHANNELS,
            pixels,
            ((y + row) * width + x) * RgbImage.CHANNELS,
            columns * RgbImage.CHANNELS);
      }
    }
    return new RgbImage(width, height, pixels);
  }

  private static RgbImage part(byte[] file, TiffStrips strips, int i, int rows, MediaLimits limits)
      throws IOException {
    int from = strips.offsets()[i];
    int end = strips.end(file, i);
    if (from < 0 || from >= end) {
      throw new IOException("TIFF is truncated: strip or tile " + i + " lies behind its end");
    }
    byte[] webp = Arrays.copyOfRange(file, from, end);
    if (ImageFormat.of(webp) != ImageFormat.WEBP) {
      throw new IOException("TIFF has a strip or tile " + i + " that is no WebP");
    }
    RgbImage part = WebpPicture.decode(webp, limits);
    if (part.width() != strips.columns() || part.height() != rows) {
      throw new IOException(
          "TIFF has a WebP of "
              + part.width()
              + " x "
              + part.height()
              + " pixels for a strip or tile of "
              + strips.columns()
              + " x "
              + rows);
    }
    return part;
  }
}
