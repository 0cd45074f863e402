package io.r1reward.onnx.quantise;

/** How the scale of a block is found and its values are rounded to codes. */
public enum BlockRounding {
  /**
   * The value of largest magnitude takes the outermost code, the others are rounded to nearest. One
   * pass.
   */
  NEAREST {
    @Override
    float fit(float[] values, int offset, int length, int bits, int[] codes) {
      float extreme = extreme(values, offset, length);
      float scale = extreme / -QuantisedRows.middle(bits);
      round(values, offset, length, bits, scale, codes);
      return scale;
    }
  },

  /**
   * Tries scales around that of {@link #NEAREST}; each is replaced by the least-squares scale of
   * the codes it gives, {@code sum(w c) / sum(c^2)}, and the one with the least squared error wins.
   * The error is never larger than that of {@link #NEAREST}.
   */
  LEAST_SQUARES {
    @Override
    float fit(float[] values, int offset, int length, int bits, int[] codes) {
      int middle = QuantisedRows.middle(bits);
      float extreme = extreme(values, offset, length);
      if (extreme == 0) {
        return NEAREST.fit(values, offset, length, bits, codes);
      }
      float bestScale = extreme / -middle;
      round(values, offset, length, bits, bestScale, codes);
      double bestError = error(values, offset, length, bits, bestScale, codes);
      int[] trial = new int[length];
      for (int step = -CANDIDATES; step <= CANDIDATES; step++) {
        // codes reach from -middle to middle - 1, so a scale of either sign is worth a try
        for (int sign = -1; sign <= 1; sign += 2) {
          float scale = sign * extreme / (middle + step * STEP * middle);
          round(values, offset, length, bits, scale, trial);
          scale = leastSquares(values, offset, length, bits, trial);
          double error = error(values, offset, length, bits, scale, trial);
          if (error < bestError) {
            bestError = error;
            bestScale = scale;
            System.arraycopy(trial, 0, codes, 0, length);
          }
        }
      }
      return bestScale;
    }
  };

  private static final int CANDIDATES = 9;
  private static final float STEP = 0.025f;

  /**
   * Finds scale and codes of one block.
   *
   * @param codes filled from 0 to {@code length}, unsigned
   * @return the scale
   */
  abstract float fit(float[] values, int offset, int length, int bits, int[] codes);

  private static float extreme(float[] values, int offset, int length) {
    float extreme = 0;
    for (int i = offset; i < offset + length; i++) {
      if (Math.abs(values[i]) > Math.abs(extreme)) {
        extreme = values[i];
      }
    }
    return extreme;
  }

  private static void round(
      float[] values, int offset, int length, int bits, float scale, int[] codes) {
    int middle = QuantisedRows.middle(bits);
    float inverse = scale == 0 ? 0 : 1 / scale;
    for (int i = 0; i < length; i++) {
      int code = Math.round(values[offset + i] * inverse) + middle;
      codes[i] = Math.max(0, Math.min(2 * middle - 1, code));
    }
  }

  private static float leastSquares(float[] values, int offset, int length, int bits, int[] codes) {
    int middle = QuantisedRows.middle(bits);
    double product = 0;
    long square = 0;
    for (int i = 0; i < length; i++) {
      int code = codes[i] - middle;
      product += (double) values[offset + i] * code;
      square += (long) code * code;
    }
    return square == 0 ? 0 : (float) (product / square);
  }

  private static double error(
      float[] values, int offset, int length, int bits, float scale, int[] codes) {
    int middle = QuantisedRows.middle(bits);
    double sum = 0;
    for (int i = 0; i < length; i++) {
      double difference = values[offset + i] - (double) scale * (codes[i] - middle);
      sum += difference * difference;
    }
    return sum;
  }
}
