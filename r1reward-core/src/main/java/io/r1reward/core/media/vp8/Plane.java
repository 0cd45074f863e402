package io.r1reward.core.media.vp8;

import java.util.Arrays;

/**
 * The samples of one component in whole macroblocks, with the border from which the first row and
 * column are predicted: 127 above, 129 on the left. Not thread-safe.
 */
final class Plane {

  private static final int ABOVE = 127;
  private static final int LEFT = 129;

  final byte[] samples;
  final int stride;
  private final int origin;

  Plane(int width, int height) {
    stride = width + 1;
    origin = stride + 1;
    samples = new byte[Math.multiplyExact(stride, height + 1)];
    Arrays.fill(samples, 0, stride, (byte) ABOVE);
    for (int at = stride; at < samples.length; at += stride) {
      samples[at] = (byte) LEFT;
    }
  }

  /** Returns where a sample lies; row and column may be -1. */
  int at(int x, int y) {
    return origin + y * stride + x;
  }

  int get(int at) {
    return samples[at] & 0xff;
  }

  /** Writes a sample, limited to 0 to 255. */
  void set(int at, int value) {
    samples[at] = (byte) Math.max(0, Math.min(255, value));
  }
}
