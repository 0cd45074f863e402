package io.r1reward.core.media.vp8;

/**
 * Luma and halved chroma to RGB, as libwebp does it by default: chroma is interpolated with weights
 * 9, 3, 3 and 1 from the four nearest samples, and converted in 14-bit fixed point. Thread-safe.
 */
final class RgbPlanes {

  private static final int FRACTION_BITS = 6;

  private RgbPlanes() {}

  /** Returns {@code [height, width, 3]}. */
  static byte[] interleaved(Plane luma, Plane u, Plane v, int width, int height) {
    byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
    int lastRow = (height - 1) / 2;
    int[] rowU = new int[width];
    int[] rowV = new int[width];
    int at = 0;
    for (int y = 0; y < height; y++) {
      int near = y / 2;
      int far = Math.max(0, Math.min(lastRow, y % 2 == 0 ? near - 1 : near + 1));
      chromaRow(u, near, far, rowU);
      chromaRow(v, near, far, rowV);
      for (int x = 0; x < width; x++) {
        int light = high(luma.get(luma.at(x, y)), 19077);
        out[at++] = clip(light + high(rowV[x], 26149) - 14234);
        out[at++] = clip(light - high(rowU[x], 6419) - high(rowV[x], 13320) + 8708);
        out[at++] = clip(light + high(rowU[x], 33050) - 17685);
      }
    }
    return out;
  }

  private static void chromaRow(Plane plane, int nearRow, int farRow, int[] out) {
    int lastColumn = (out.length - 1) / 2;
    for (int x = 0; x < out.length; x++) {
      int near = x / 2;
      int far = x % 2 == 0 ? near - 1 : near + 1;
      int a = plane.get(plane.at(near, nearRow));
      int c = plane.get(plane.at(near, farRow));
      if (far < 0 || far > lastColumn) {
        out[x] = (3 * a + c + 2) >> 2;
        continue;
      }
      int b = plane.get(plane.at(far, nearRow));
      int d = plane.get(plane.at(far, farRow));
      // (9 a + 3 b + 3 c + d + 8) / 16, truncated where libwebp truncates
      out[x] = (((a + b + c + d + 8 + 2 * (b + c)) >> 3) + a) >> 1;
    }
  }

  private static int high(int value, int factor) {
    return (value * factor) >> 8;
  }

  private static byte clip(int value) {
    return (byte) Math.max(0, Math.min(255, value >> FRACTION_BITS));
  }
}
