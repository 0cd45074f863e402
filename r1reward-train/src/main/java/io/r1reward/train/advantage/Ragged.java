package io.r1reward.train.advantage;

import io.r1reward.InvalidInputException;
import java.util.Arrays;

/** Ragged arrays of token values and their masks. Stateless, thread-safe. */
public final class Ragged {

  private Ragged() {}

  /** Returns zeros in the shape of {@code like}. */
  public static double[][] zeros(boolean[][] like) {
    double[][] result = new double[like.length][];
    for (int i = 0; i < like.length; i++) {
      result[i] = new double[like[i].length];
    }
    return result;
  }

  /** Returns a mask that selects every one of {@code lengths[i]} tokens. */
  public static boolean[][] fullMask(int... lengths) {
    boolean[][] mask = new boolean[lengths.length][];
    for (int i = 0; i < lengths.length; i++) {
      mask[i] = new boolean[lengths[i]];
      Arrays.fill(mask[i], true);
    }
    return mask;
  }

  /** Returns how many tokens of a row the mask selects. */
  public static int count(boolean[] mask) {
    int n = 0;
    for (boolean selected : mask) {
      n += selected ? 1 : 0;
    }
    return n;
  }

  /** Returns how many tokens the mask selects. */
  public static long count(boolean[][] mask) {
    long n = 0;
    for (boolean[] row : mask) {
      n += count(row);
    }
    return n;
  }

  /** Returns the index of the last selected token, -1 if there is none. */
  public static int last(boolean[] mask) {
    for (int t = mask.length - 1; t >= 0; t--) {
      if (mask[t]) {
        return t;
      }
    }
    return -1;
  }

  /**
   * Checks that two ragged arrays have the same shape.
   *
   * @throws InvalidInputException if rows or lengths differ
   */
  public static void requireSameShape(String name, double[][] values, boolean[][] mask) {
    if (values.length != mask.length) {
      throw new InvalidInputException(
          name + " has " + values.length + " rows, the mask has " + mask.length);
    }
    for (int i = 0; i < values.length; i++) {
      if (values[i].length != mask[i].length) {
        throw new InvalidInputException(
            "row "
                + i
                + " of "
                + name
                + " has "
                + values[i].length
                + " tokens, its mask has "
                + mask[i].length);
      }
    }
  }
}
