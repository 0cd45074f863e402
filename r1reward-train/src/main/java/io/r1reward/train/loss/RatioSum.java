package io.r1reward.train.loss;

import io.r1reward.train.advantage.KlEstimator;

/** Adds up the loss of a rule with two clip bounds, and what to log about it. Not thread-safe. */
final class RatioSum {
  private double loss;
  private long tokens;
  private long clippedLow;
  private long clippedHigh;
  private double ratioSum;
  private double ratioMax;
  private double approximateKlSum;

  /** Adds a token's weighted loss, its ratio and its log-ratio. */
  void add(double weightedLoss, double ratio, double logRatio) {
    loss += weightedLoss;
    tokens++;
    ratioSum += ratio;
    ratioMax = Math.max(ratioMax, ratio);
    // KL(π_old ‖ π_θ) on a token drawn from π_old: its log-ratio is log π_old − log π_θ
    approximateKlSum += KlEstimator.K3.value(-logRatio);
  }

  /** Counts a token that a clip bound holds. */
  void clipped(boolean low) {
    if (low) {
      clippedLow++;
    } else {
      clippedHigh++;
    }
  }

  PolicyLossResult with(double[][] gradient) {
    return new PolicyLossResult(
        loss,
        gradient,
        new LossStatistics(
            tokens, 0, clippedLow, clippedHigh, 0, ratioSum, ratioMax, approximateKlSum, 0));
  }
}
