package io.r1reward.core.media.vp8l;

/** What a pixel is expected to be, from its neighbours. Thread-safe. */
final class Prediction {

  private static final int BLACK = 0xff000000;

  private Prediction() {}

  /** The first row is predicted from the left, the first column from above. */
  static int of(int[] pixels, int at, int x, int y, int width, int mode) {
    if (y == 0) {
      return x == 0 ? BLACK : pixels[at - 1];
    }
    int top = pixels[at - width];
    if (x == 0) {
      return top;
    }
    int left = pixels[at - 1];
    int corner = pixels[at - width - 1];
    // to the right of the last column lies the first pixel of the row itself
    int topRight = pixels[at - width + 1];
    return switch (mode) {
      case 1 -> left;
      case 2 -> top;
      case 3 -> topRight;
      case 4 -> corner;
      case 5 -> mean(mean(left, topRight), top);
      case 6 -> mean(left, corner);
      case 7 -> mean(left, top);
      case 8 -> mean(corner, top);
      case 9 -> mean(top, topRight);
      case 10 -> mean(mean(left, corner), mean(top, topRight));
      case 11 -> nearer(left, top, corner);
      case 12 -> gradient(left, top, corner);
      case 13 -> halfGradient(mean(left, top), corner);
      default -> BLACK;
    };
  }

  private static int mean(int a, int b) {
    return (((a ^ b) & 0xfefefefe) >>> 1) + (a & b);
  }

  private static int nearer(int left, int top, int corner) {
    int ofLeft = 0;
    int ofTop = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += 8) {
      int c = corner >> shift & 0xff;
      ofLeft += Math.abs((top >> shift & 0xff) - c);
      ofTop += Math.abs((left >> shift & 0xff) - c);
    }
    return ofLeft < ofTop ? left : top;
  }

  private static int gradient(int left, int top, int corner) {
    int out = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += 8) {
      int value = (left >> shift & 0xff) + (top >> shift & 0xff) - (corner >> shift & 0xff);
      out |= clip(value) << shift;
    }
    return out;
  }

  private static int halfGradient(int mean, int corner) {
    int out = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += 8) {
      int m = mean >> shift & 0xff;
      out |= clip(m + (m - (corner >> shift & 0xff)) / 2) << shift;
    }
    return out;
  }

  private static int clip(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
