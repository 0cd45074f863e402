package io.r1reward.onnx.quantise;

/** How the scale of a block is found; its values are then rounded to the nearest code. */
public enum BlockRounding {
  /** The value of largest magnitude takes the outermost code. One pass. */
  NEAREST {
    @Override
    float scale(float[] values, int offset, int length, int bits) {
      return extreme(values, offset, length) / -QuantisedRows.middle(bits);
    }
  },

  /**
   * Tries scales around that of {@link #NEAREST}, and takes the one with the least squared error.
   * The error is never larger than that of {@link #NEAREST}.
   *
   * <p>For codes c, the scale with the least error is {@code sum(w c) / sum(c^2)}, and its error is
   * {@code sum(w^2) - sum(w c)^2 / sum(c^2)}: the best codes are those with the largest gain {@code
   * sum(w c)^2 / sum(c^2)}. Codes reach from -middle to middle - 1, so scales of both signs are
   * tried.
   */
  LEAST_SQUARES {
    @Override
    float scale(float[] values, int offset, int length, int bits) {
      float nearest = NEAREST.scale(values, offset, length, bits);
      Fit best = Fit.of(values, offset, length, bits, nearest);
      for (int step = -CANDIDATES; step <= CANDIDATES; step++) {
        for (int sign = -1; sign <= 1; sign += 2) {
          Fit fit = Fit.of(values, offset, length, bits, sign * nearest / (1 + step * STEP));
          best = fit.gain() > best.gain() ? fit : best;
        }
      }
      return best.scale();
    }
  };

  private static final int CANDIDATES = 4;
  private static final float STEP = 0.05f;

  /** Returns the scale of a block, 0 for a block of zeros. */
  abstract float scale(float[] values, int offset, int length, int bits);

  /** Returns the code of a value, from 0 to twice the middle less 1. */
  static int code(float value, float inverse, int middle) {
    // adding half and cutting off rounds to nearest, as what is negative then is cut off to 0
    int code = (int) (value * inverse + (middle + 0.5f));
    return Math.max(0, Math.min(2 * middle - 1, code));
  }

  /** Returns 1 / scale, 0 for 0. */
  static float inverse(float scale) {
    return scale == 0 ? 0 : 1 / scale;
  }

  private static float extreme(float[] values, int offset, int length) {
    float extreme = 0;
    for (int i = offset; i < offset + length; i++) {
      if (Math.abs(values[i]) > Math.abs(extreme)) {
        extreme = values[i];
      }
    }
    return extreme;
  }

  /**
   * Codes of a block, as far as they decide.
   *
   * @param scale with the least error for these codes
   * @param gain squared error that the codes save
   */
  private record Fit(float scale, float gain) {

    static Fit of(float[] values, int offset, int length, int bits, float scale) {
      int middle = QuantisedRows.middle(bits);
      float inverse = inverse(scale);
      float product = 0;
      float square = 0;
      for (int i = offset; i < offset + length; i++) {
        float code = code(values[i], inverse, middle) - middle;
        product += values[i] * code;
        square += code * code;
      }
      return square == 0
          ? new Fit(scale, 0)
          : new Fit(product / square, product * product / square);
    }
  }
}
