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

  /** Weights below this, about e^-99, stand for a probability of zero. */
  static final double LEAST_WEIGHT = 1e-43;

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

  /**
   * Returns the sum of {@code exp(score / temperature - max / temperature)}; NaN if a score is NaN
   * or infinity.
   */
  double sum(float[] scores, int offset, float max, float temperature) {
    double total = 0;
    for (int block = 0; block < blockSums.length; block++) {
      blockSums[block] = sumOfBlock(scores, offset, max, temperature, block);
      total += blockSums[block];
    }
    return total;
  }

  /**
   * Draws by inverse CDF over all scores, in the order of indices.
   *
   * @param uniform in [0, 1)
   * @return the first index at which the cumulated probability exceeds {@code uniform}; the last
   *     index behind the block where it should, if rounding leaves none
   */
  int draw(float[] scores, int offset, float max, float temperature, double uniform) {
    double target = sum(scores, offset, max, temperature) * uniform;
    double before = 0;
    int block = 0;
    while (block < blockSums.length - 1 && before + blockSums[block] <= target) {
      before += blockSums[block++];
    }
    int last = -1; // does not stay: uniform < 1 keeps target below the sum of all blocks
    for (int i = block * BLOCK; i < size; i++) {
      if (i % BLOCK == 0) {
        sumOfBlock(scores, offset, max, temperature, i / BLOCK);
      }
      if (weights[i % BLOCK] < LEAST_WEIGHT) {
        continue;
      }
      last = i;
      before += weights[i % BLOCK];
      if (before > target) {
        break;
      }
    }
    return last;
  }

  private double sumOfBlock(float[] scores, int offset, float max, float temperature, int block) {
    int start = block * BLOCK;
    int count = Math.min(BLOCK, size - start);
    float scaledMax = max / temperature;
    for (int i = 0; i < count; i++) {
      weights[i] = scores[offset + start + i] / temperature - scaledMax;
    }
    exponentials(weights, 0, count);
    return sum(weights, 0, count);
  }

  /** Replaces scores by {@code exp(score - max)} and returns their sum. */
  static double weigh(float[] scores, int count, double[] weights) {
    float max = max(scores, 0, count);
    double total = 0;
    for (int start = 0; start < count; start += BLOCK) {
      int end = Math.min(count, start + BLOCK);
      for (int i = start; i < end; i++) {
        weights[i] = scores[i] - max;
      }
      exponentials(weights, start, end);
      total += sum(weights, start, end);
    }
    return total;
  }

  private static double sum(double[] x, int from, int to) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      a += x[i];
      b += x[i + 1];
      c += x[i + 2];
      d += x[i + 3];
    }
    for (; i < to; i++) {
      a += x[i];
    }
    return (a + b) + (c + d);
  }

  private static void exponentials(double[] x, int from, int to) {
    for (int i = from; i < to; i++) {
      double y = Math.max(x[i], -100.0) * (1.0 / 64);
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
