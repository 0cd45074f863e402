package io.r1reward.core.media;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/** The transparency of a lossy WebP frame: the content of an {@code ALPH} chunk. Thread-safe. */
final class WebpAlpha {

  private static final int HORIZONTAL = 1;
  private static final int VERTICAL = 2;
  private static final int GRADIENT = 3;

  private WebpAlpha() {}

  /** Returns {@code [height, width]}, 0 transparent to 255 opaque. */
  static byte[] decode(byte[] content, int width, int height) throws IOException {
    if (content.length < 1) {
      throw new EOFException("WebP chunk ALPH is truncated");
    }
    int compression = content[0] & 3;
    int filter = content[0] >> 2 & 3;
    byte[] alpha =
        switch (compression) {
          case 0 -> stored(content, Math.multiplyExact(width, height));
          case 1 -> WebpLossless.greenOf(content, 1, width, height);
          default -> throw new IOException("WebP alpha has unknown compression " + compression);
        };
    for (int y = 0; y < height && filter != 0; y++) {
      for (int x = 0; x < width; x++) {
        int at = y * width + x;
        alpha[at] += (byte) prediction(alpha, at, x, y, width, filter);
      }
    }
    return alpha;
  }

  private static byte[] stored(byte[] content, int count) throws IOException {
    if (content.length - 1 < count) {
      throw new EOFException("WebP chunk ALPH is truncated");
    }
    return Arrays.copyOfRange(content, 1, 1 + count);
  }

  /** The first row is predicted from the left, the first column from above. */
  private static int prediction(byte[] alpha, int at, int x, int y, int width, int filter) {
    int left = x > 0 ? alpha[at - 1] & 0xff : 0;
    int above = y > 0 ? alpha[at - width] & 0xff : 0;
    if (y == 0) {
      return left;
    } else if (x == 0 || filter == VERTICAL) {
      return above;
    } else if (filter == HORIZONTAL) {
      return left;
    }
    assert filter == GRADIENT;
    int corner = alpha[at - width - 1] & 0xff;
    return Math.max(0, Math.min(255, left + above - corner));
  }
}
