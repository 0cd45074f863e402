package io.r1reward.core.media.vp8;

/** The inverse transforms of RFC 6386, sections 14.3 and 14.4. Thread-safe. */
final class Transforms {

  private static final int COS_MINUS_1 = 20091; // (sqrt(2) cos(pi / 8) - 1) * 65536
  private static final int SIN = 35468; // sqrt(2) sin(pi / 8) * 65536

  private Transforms() {}

  /**
   * Turns the luma DC block into the first coefficients of the 16 luma blocks.
   *
   * @param in {@code [4, 4]}
   * @param out {@code [16, 16]}, of which the first of every 16 is written
   */
  static void inverseWalshHadamard(short[] in, short[] out) {
    int[] rows = new int[16];
    for (int i = 0; i < 4; i++) {
      int a = in[i] + in[12 + i];
      int b = in[4 + i] + in[8 + i];
      int c = in[4 + i] - in[8 + i];
      int d = in[i] - in[12 + i];
      rows[i] = a + b;
      rows[4 + i] = d + c;
      rows[8 + i] = a - b;
      rows[12 + i] = d - c;
    }
    for (int i = 0; i < 16; i += 4) {
      int a = rows[i] + 3 + rows[i + 3];
      int b = rows[i + 1] + rows[i + 2];
      int c = rows[i + 1] - rows[i + 2];
      int d = rows[i] + 3 - rows[i + 3];
      out[i * 16] = (short) ((a + b) >> 3);
      out[i * 16 + 16] = (short) ((d + c) >> 3);
      out[i * 16 + 32] = (short) ((a - b) >> 3);
      out[i * 16 + 48] = (short) ((d - c) >> 3);
    }
  }

  /** Adds the inverse cosine transform of one block to its prediction. */
  static void addInverseCosine(short[] in, int offset, Plane plane, int at) {
    int[] columns = new int[16];
    boolean any = false;
    for (int i = 0; i < 4; i++) {
      int x0 = in[offset + i];
      int x1 = in[offset + 4 + i];
      int x2 = in[offset + 8 + i];
      int x3 = in[offset + 12 + i];
      any |= (x0 | x1 | x2 | x3) != 0;
      int a = x0 + x2;
      int b = x0 - x2;
      int c = sin(x1) - cos(x3);
      int d = cos(x1) + sin(x3);
      columns[i] = a + d;
      columns[4 + i] = b + c;
      columns[8 + i] = b - c;
      columns[12 + i] = a - d;
    }
    if (!any) {
      return;
    }
    for (int i = 0; i < 16; i += 4, at += plane.stride) {
      int a = columns[i] + 4 + columns[i + 2];
      int b = columns[i] + 4 - columns[i + 2];
      int c = sin(columns[i + 1]) - cos(columns[i + 3]);
      int d = cos(columns[i + 1]) + sin(columns[i + 3]);
      plane.set(at, plane.get(at) + ((a + d) >> 3));
      plane.set(at + 1, plane.get(at + 1) + ((b + c) >> 3));
      plane.set(at + 2, plane.get(at + 2) + ((b - c) >> 3));
      plane.set(at + 3, plane.get(at + 3) + ((a - d) >> 3));
    }
  }

  private static int cos(int x) {
    return x + ((x * COS_MINUS_1) >> 16);
  }

  private static int sin(int x) {
    return (x * SIN) >> 16;
  }
}
