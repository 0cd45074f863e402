package io.r1reward.core.media.vp8;

/**
 * Predicts blocks from the samples above and to the left, before any loop filter: RFC 6386, section
 * 12. Thread-safe; works on the planes it is given.
 */
final class Predictor {

  /** Modes of whole macroblocks; in 4 x 4 blocks the same numbers are B_DC, B_TM, B_VE, B_HE. */
  static final int DC = 0;

  static final int TRUE_MOTION = 1;
  static final int VERTICAL = 2;
  static final int HORIZONTAL = 3;

  private static final int DOWN_RIGHT = 4;
  private static final int VERTICAL_RIGHT = 5;
  private static final int DOWN_LEFT = 6;
  private static final int VERTICAL_LEFT = 7;
  private static final int HORIZONTAL_DOWN = 8;
  private static final int HORIZONTAL_UP = 9;

  private static final int NO_NEIGHBOURS = 128;

  private Predictor() {}

  /**
   * Predicts a whole block of 16 x 16 or 8 x 8 samples.
   *
   * @param x left column of the block
   * @param y top row of the block
   */
  static void block(Plane plane, int x, int y, int size, int mode) {
    int at = plane.at(x, y);
    if (mode == DC) {
      fill(plane, at, size, average(plane, at, size, x > 0, y > 0));
      return;
    }
    for (int row = 0; row < size; row++) {
      int rowAt = at + row * plane.stride;
      for (int column = 0; column < size; column++) {
        int above = plane.get(at - plane.stride + column);
        int left = plane.get(rowAt - 1);
        int value =
            switch (mode) {
              case VERTICAL -> above;
              case HORIZONTAL -> left;
              default -> left + above - plane.get(at - plane.stride - 1);
            };
        plane.set(rowAt + column, value);
      }
    }
  }

  private static int average(Plane plane, int at, int size, boolean hasLeft, boolean hasAbove) {
    int sum = 0;
    int count = 0;
    for (int i = 0; i < size; i++) {
      sum += hasAbove ? plane.get(at - plane.stride + i) : 0;
      sum += hasLeft ? plane.get(at + i * plane.stride - 1) : 0;
    }
    count += hasAbove ? size : 0;
    count += hasLeft ? size : 0;
    return count == 0 ? NO_NEIGHBOURS : (sum + count / 2) / count;
  }

  private static void fill(Plane plane, int at, int size, int value) {
    for (int row = 0; row < size; row++) {
      for (int column = 0; column < size; column++) {
        plane.set(at + row * plane.stride + column, value);
      }
    }
  }

  /**
   * Predicts a block of 4 x 4 samples.
   *
   * @param aboveRight the four samples behind those above, {@code [4]}
   */
  static void subblock(Plane plane, int at, int mode, int[] aboveRight) {
    // the border from the lower left over the corner to the upper right, edge[4] the corner
    int[] edge = new int[13];
    for (int i = 0; i < 4; i++) {
      edge[i] = plane.get(at + (3 - i) * plane.stride - 1);
      edge[5 + i] = plane.get(at - plane.stride + i);
      edge[9 + i] = aboveRight[i];
    }
    edge[4] = plane.get(at - plane.stride - 1);
    switch (mode) {
      case DC -> {
        int sum = 4;
        for (int i = 0; i < 4; i++) {
          sum += edge[i] + edge[5 + i];
        }
        fill(plane, at, 4, sum >> 3);
      }
      case TRUE_MOTION -> block4(plane, at, (x, y) -> edge[3 - y] + edge[5 + x] - edge[4]);
      case VERTICAL -> block4(plane, at, (x, y) -> smooth(edge, 5 + x));
      case HORIZONTAL ->
          block4(
              plane, at, (x, y) -> y < 3 ? smooth(edge, 3 - y) : (edge[1] + 3 * edge[0] + 2) >> 2);
      case DOWN_RIGHT -> block4(plane, at, (x, y) -> smooth(edge, 4 + x - y));
      case DOWN_LEFT ->
          block4(
              plane,
              at,
              (x, y) -> x + y < 6 ? smooth(edge, 6 + x + y) : (edge[11] + 3 * edge[12] + 2) >> 2);
      case VERTICAL_RIGHT -> block4(plane, at, (x, y) -> verticalRight(edge, x, y));
      case VERTICAL_LEFT -> block4(plane, at, (x, y) -> verticalLeft(edge, x, y));
      case HORIZONTAL_DOWN -> block4(plane, at, (x, y) -> horizontalDown(edge, x, y));
      case HORIZONTAL_UP -> block4(plane, at, (x, y) -> horizontalUp(edge, x, y));
      default -> throw new AssertionError(mode);
    }
  }

  private interface Sample {
    int at(int x, int y);
  }

  private static void block4(Plane plane, int at, Sample sample) {
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        plane.set(at + y * plane.stride + x, sample.at(x, y));
      }
    }
  }

  /** Weighs a border sample twice and its neighbours once. */
  private static int smooth(int[] edge, int i) {
    return (edge[i - 1] + 2 * edge[i] + edge[i + 1] + 2) >> 2;
  }

  private static int mean(int[] edge, int i) {
    return (edge[i] + edge[i + 1] + 1) >> 1;
  }

  private static int verticalRight(int[] edge, int x, int y) {
    int along = 2 * x - y; // the direction runs two rows for one column
    if (along < 0) {
      return along == -1 ? smooth(edge, 4) : smooth(edge, 5 + along);
    }
    return along % 2 == 0 ? mean(edge, 4 + along / 2) : smooth(edge, 5 + along / 2);
  }

  private static int verticalLeft(int[] edge, int x, int y) {
    if (x == 3 && y > 1) {
      return smooth(edge, 8 + y); // the last two leave the pattern
    }
    return y % 2 == 0 ? mean(edge, 5 + x + y / 2) : smooth(edge, 6 + x + y / 2);
  }

  private static int horizontalDown(int[] edge, int x, int y) {
    int along = 2 * y - x; // the direction runs two columns for one row
    if (along < 0) {
      return along == -1 ? smooth(edge, 4) : smooth(edge, 3 - along);
    }
    return along % 2 == 0 ? mean(edge, 3 - along / 2) : smooth(edge, 3 - along / 2);
  }

  private static int horizontalUp(int[] edge, int x, int y) {
    int along = x + 2 * y;
    if (along > 5) {
      return edge[0];
    } else if (along == 5) {
      return (edge[1] + 3 * edge[0] + 2) >> 2;
    }
    return along % 2 == 0 ? mean(edge, 2 - along / 2) : smooth(edge, 2 - along / 2);
  }
}
