package io.r1reward.train.loss;

import io.r1reward.train.advantage.KlEstimator;

/** Adds up the tokens of a {@link ClippedSurrogate}. Not thread-safe. */
final class SurrogateSum {
  private final ClippedSurrogate config;
  double loss;
  private long tokens;
  private long preClipped;
  private long clippedLow;
  private long clippedHigh;
  private long dualClipped;
  private double ratioSum;
  private double ratioMax;
  private double approximateKlSum;
  private double referenceKlSum;

  SurrogateSum(ClippedSurrogate config) {
    this.config = config;
  }

  /**
   * Adds one token and returns its derivative by {@code logProbability}.
   *
   * <p>With ratio r: where −r·Â is the larger of the two surrogates its derivative by log π_θ is
   * −r·Â, elsewhere the clamp has none. Pre-CLIP lets the derivative pass only within its bounds.
   */
  double add(double logProbability, double old, double reference, double advantage, double weight) {
    double logRatio = logProbability - old;
    double ratio = Math.exp(config.preClip().clamp(logRatio));
    double low = 1 - config.clipLow();
    double high = 1 + config.clipHigh();
    double plain = -ratio * advantage;
    double clipped = -Math.min(high, Math.max(low, ratio)) * advantage;
    double value = Math.max(plain, clipped);
    double derivative = plain >= clipped && config.preClip().passes(logRatio) ? plain : 0;
    if (advantage < 0 && value > -config.dualClip() * advantage) {
      value = -config.dualClip() * advantage;
      derivative = 0;
      dualClipped++;
    }
    if (Double.isNaN(plain)) {
      derivative = Double.NaN;
    }
    count(logRatio, ratio, plain, clipped, low);
    if (config.klCoefficient() > 0) {
      double toReference = logProbability - reference;
      double kl = config.klEstimator().value(toReference);
      referenceKlSum += kl;
      value += config.klCoefficient() * kl;
      derivative += config.klCoefficient() * config.klEstimator().derivative(toReference);
    }
    loss += weight * value;
    return weight * derivative;
  }

  private void count(double logRatio, double ratio, double plain, double clipped, double low) {
    tokens++;
    preClipped += config.preClip().passes(logRatio) ? 0 : 1;
    if (clipped > plain) {
      if (ratio < low) {
        clippedLow++;
      } else {
        clippedHigh++;
      }
    }
    ratioSum += ratio;
    ratioMax = Math.max(ratioMax, ratio);
    // KL(π_old ‖ π_θ) on a token drawn from π_old: its log-ratio is log π_old − log π_θ
    approximateKlSum += KlEstimator.K3.value(-logRatio);
  }

  LossStatistics statistics() {
    return new LossStatistics(
        tokens,
        preClipped,
        clippedLow,
        clippedHigh,
        dualClipped,
        ratioSum,
        ratioMax,
        approximateKlSum,
        referenceKlSum);
  }
}
