package io.r1reward.core.generate;

/**
 * Sums of exponentials over a vocabulary, block by block. Not thread-safe.
 *
 * <p>The exponential is written so that the compiler turns it into vector instructions, which it
 * does not do for {@link Math#exp}: for d in [-100, 0], e^d = (e^(d/64))^64, with a Taylor
 * polynomial of degree 9 for e^(d/64) and six squarings. Its relative error is below 1e-10 for d
 * above -10 and below 1e-7 for d above -32 (terms that small weigh less than 1e-14 each). Below
 * -100 it stays at e^-100.
 */
final class SoftmaxSums {
  static final int BLOCK = 512;

  /** Exponents below this stand for a probability of zero. */
  static final float LEAST_EXPONENT = -100;

  private final double[] weights = new double[BLOCK];
  private final double[] blockSums;
  private final int size;

  SoftmaxSums(int size) {
    this.size = size;
    this.blockSums = new double[(size + BLOCK - 1) / BLOCK];
  }

  static float max(float[] scores, int offset, int size) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = offset; i < offset + size; i++) {
      max = scores[i] > max ? scores[i] : max;
    }
    return max;
  }

  /** Returns the sum of {@code exp(score - max)}; NaN if a score is NaN or infinity. */
  double sum(float[] scores, int offset, float max) {
    double total = 0;
    for (int block = 0; block < blockSums.length; block++) {
      blockSums[block] = sumOfBlock(scores, offset, max, block);
      total += blockSums[block];
    }
    return total;
  }

  /**
   * Draws by inverse CDF over all scores, in the order of indices.
   *
   * @param uniform in [0, 1)
   * @return the first index at which the cumulated probability exceeds {@code uniform}; the last
   *     with a probability where rounding leaves none
   */
  int draw(float[] scores, int offset, float max, double uniform) {
    double target = sum(scores, offset, max) * uniform;
    double before = 0;
    int block = 0;
    while (block < blockSums.length - 1 && before + blockSums[block] <= target) {
      before += blockSums[block++];
    }
    int last = -1;
    for (int i = block * BLOCK; i < size; i++) {
      if (i % BLOCK == 0) {
        sumOfBlock(scores, offset, max, i / BLOCK);
      }
      if (scores[offset + i] - max < LEAST_EXPONENT) {
        continue;
      }
      last = i;
      before += weights[i % BLOCK];
      if (before > target) {
        break;
      }
    }
    return last >= 0 ? last : lastWithProbability(scores, offset, max);
  }

  private int lastWithProbability(float[] scores, int offset, float max) {
    int last = size - 1;
    while (scores[offset + last] - max < LEAST_EXPONENT) {
      last--;
    }
    return last;
  }

  private double sumOfBlock(float[] scores, int offset, float max, int block) {
    int start = block * BLOCK;
    int count = Math.min(BLOCK, size - start);
    differences(scores, offset + start, max, weights, count);
    exponentials(weights, count);
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i + 3 < count; i += 4) {
      a += weights[i];
      b += weights[i + 1];
      c += weights[i + 2];
      d += weights[i + 3];
    }
    for (; i < count; i++) {
      a += weights[i];
    }
    return (a + b) + (c + d);
  }

  private static void differences(float[] scores, int from, float max, double[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = scores[from + i] - max;
    }
  }

  private static void exponentials(double[] x, int count) {
    for (int i = 0; i < count; i++) {
      double y = Math.max(x[i], LEAST_EXPONENT) * (1.0 / 64);
      double y2 = y * y;
      double y4 = y2 * y2;
      double low = (1 + y) + y2 * (0.5 + y * (1.0 / 6));
      double middle = (1.0 / 24 + y * (1.0 / 120)) + y2 * (1.0 / 720 + y * (1.0 / 5040));
      double high = 1.0 / 40320 + y * (1.0 / 362880);
      double power = low + y4 * (middle + y4 * high);
      power *= power;
      power *= power;
      power *= power;
      power *= power;
      power *= power;
      power *= power;
      x[i] = power;
    }
  }
}
