package io.r1reward.train.benchmark;

import com.google.common.collect.ImmutableList;
import java.util.List;

/**
 * How far the soft score is a probability: each judgement that has one is as confident as the
 * larger of its two probabilities, and right where that is the chosen response's. Immutable.
 *
 * @param judgements with a soft score
 * @param brier mean of {@code (1 − p)²}, p being the chosen response's probability
 * @param error expected calibration error: mean over the judgements of the distance between
 *     accuracy and mean confidence of their bin
 * @param bins of equal width over [0.5, 1]; unmodifiable
 */
public record Calibration(long judgements, double brier, double error, List<Bin> bins) {
  private static final int BINS = 10;

  /** Keeps a copy of the bins. */
  public Calibration {
    bins = List.copyOf(bins);
  }

  /**
   * Judgements of about the same confidence.
   *
   * @param from lowest confidence
   * @param to highest
   * @param judgements so many
   * @param confidence their mean; 0 without any
   * @param accuracy share that is right; a soft score of exactly one half is half right
   */
  public record Bin(double from, double to, long judgements, double confidence, double accuracy) {}

  static Builder builder() {
    return new Builder();
  }

  /** Collects judgements. Not thread-safe. */
  static final class Builder {
    private final long[] count = new long[BINS];
    private final double[] confidence = new double[BINS];
    private final double[] right = new double[BINS];
    private double squares;

    void add(double chosen) {
      double sure = Math.max(chosen, 1 - chosen);
      int bin = Math.min(BINS - 1, (int) ((sure - 0.5) * 2 * BINS));
      count[bin]++;
      confidence[bin] += sure;
      right[bin] += chosen > 0.5 ? 1 : chosen < 0.5 ? 0 : 0.5;
      squares += (1 - chosen) * (1 - chosen);
    }

    Calibration build() {
      long all = 0;
      double error = 0;
      ImmutableList.Builder<Bin> bins = ImmutableList.builder();
      for (int i = 0; i < BINS; i++) {
        all += count[i];
        error += Math.abs(right[i] - confidence[i]);
        long some = Math.max(1, count[i]);
        bins.add(
            new Bin(
                0.5 + 0.5 * i / BINS,
                0.5 + 0.5 * (i + 1) / BINS,
                count[i],
                confidence[i] / some,
                right[i] / some));
      }
      return new Calibration(
          all, all == 0 ? 0 : squares / all, all == 0 ? 0 : error / all, bins.build());
    }
  }
}
