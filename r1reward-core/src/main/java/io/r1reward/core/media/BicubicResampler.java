package io.r1reward.core.media;

import static io.r1reward.core.media.RgbImage.CHANNELS;

import java.util.Arrays;

/**
 * Resizes a picture as Pillow's {@code Image.resize} with its bicubic filter does, or PyTorch's, to
 * the last bit: first the rows, rounded to 8 bits, then the columns; a side that keeps its length
 * is left alone. Thread-safe.
 */
public final class BicubicResampler {
  /*
   * Both passes run together, one output row after the other: a ring holds the horizontally
   * resampled rows in the window of the current output row, as ints, so that the vertical pass is a
   * multiply-add over contiguous ints.
   */

  private final RgbImage source;
  private final int width;
  private final BicubicKernel horizontal;
  private final BicubicKernel vertical;

  private BicubicResampler(RgbImage source, int width, int height, Resampling resampling) {
    this.source = source;
    this.width = width;
    this.horizontal = BicubicKernel.of(source.width(), width, resampling);
    this.vertical = BicubicKernel.of(source.height(), height, resampling);
  }

  /** Resizes with Pillow's filter. */
  public static RgbImage resize(RgbImage source, int width, int height) {
    return resize(source, width, height, Resampling.PILLOW);
  }

  /** Resizes; the same object where the size is the same. */
  public static RgbImage resize(RgbImage source, int width, int height, Resampling resampling) {
    if (source.width() == width && source.height() == height) {
      return source;
    }
    int rowBytes = Math.multiplyExact(width, CHANNELS);
    byte[] out = new byte[Math.multiplyExact(rowBytes, height)];
    new BicubicResampler(source, width, height, resampling).fill(out, height);
    return new RgbImage(width, height, out);
  }

  private void fill(byte[] out, int height) {
    int rowLength = width * CHANNELS;
    if (source.height() == height) {
      int[] row = new int[rowLength];
      for (int y = 0; y < height; y++) {
        sourceRow(y, row);
        for (int i = 0; i < rowLength; i++) {
          out[y * rowLength + i] = (byte) row[i];
        }
      }
      return;
    }
    int taps = vertical.taps();
    int[][] ring = new int[taps][rowLength];
    int[] sums = new int[rowLength];
    int ready = 0;
    for (int y = 0; y < height; y++) {
      int start = vertical.starts()[y];
      int length = vertical.lengths()[y];
      for (ready = Math.max(ready, start); ready < start + length; ready++) {
        sourceRow(ready, ring[ready % taps]);
      }
      Arrays.fill(sums, 1 << (vertical.bits() - 1));
      for (int k = 0; k < length; k++) {
        addScaled(sums, ring[(start + k) % taps], vertical.weights()[y * taps + k]);
      }
      store(sums, out, y * rowLength, vertical.bits());
    }
  }

  private static void addScaled(int[] sums, int[] row, int weight) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += row[i] * weight;
    }
  }

  private static void store(int[] sums, byte[] out, int offset, int bits) {
    for (int i = 0; i < sums.length; i++) {
      out[offset + i] = (byte) clip(sums[i], bits);
    }
  }

  /** Writes one row of the source, horizontally resampled, as values 0 to 255. */
  private void sourceRow(int y, int[] row) {
    byte[] pixels = source.pixels();
    int base = y * source.width() * CHANNELS;
    if (source.width() == width) {
      for (int i = 0; i < row.length; i++) {
        row[i] = pixels[base + i] & 0xff;
      }
      return;
    }
    int taps = horizontal.taps();
    int[] starts = horizontal.starts();
    int[] lengths = horizontal.lengths();
    int[] weights = horizontal.weights();
    int bits = horizontal.bits();
    int half = 1 << (bits - 1);
    for (int x = 0; x < width; x++) {
      int red = half;
      int green = half;
      int blue = half;
      int from = base + starts[x] * CHANNELS;
      int first = x * taps;
      int end = first + lengths[x];
      for (int k = first; k < end; k++, from += CHANNELS) {
        int weight = weights[k];
        red += (pixels[from] & 0xff) * weight;
        green += (pixels[from + 1] & 0xff) * weight;
        blue += (pixels[from + 2] & 0xff) * weight;
      }
      row[x * CHANNELS] = clip(red, bits);
      row[x * CHANNELS + 1] = clip(green, bits);
      row[x * CHANNELS + 2] = clip(blue, bits);
    }
  }

  private static int clip(int sum, int bits) {
    return Math.max(0, Math.min(255, sum >> bits));
  }
}
