package io.r1reward.train.loss;

import java.io.Serializable;

/**
 * Sums over tokens, so that the statistics of micro-batches add up. Shares and means are per action
 * token; all are 0 where there is none.
 *
 * @param tokens action tokens
 * @param preClipped tokens whose log-ratio Pre-CLIP changed
 * @param clippedLow tokens held by the lower clip bound (ratio below it; Â negative, unless the
 *     loss clips a weight)
 * @param clippedHigh tokens held by the upper clip bound (ratio above it; Â positive, unless the
 *     loss clips a weight)
 * @param dualClipped tokens held by the dual clip bound
 * @param ratioSum sum of the ratios after Pre-CLIP; a loss with one ratio for a rollout gives it to
 *     each of its tokens
 * @param ratioMax largest ratio after Pre-CLIP, 0 without tokens
 * @param approximateKlSum sum of the k3 estimates of KL(π_old ‖ π_θ)
 * @param referenceKlSum sum of the KL estimates against the reference
 */
public record LossStatistics(
    long tokens,
    long preClipped,
    long clippedLow,
    long clippedHigh,
    long dualClipped,
    double ratioSum,
    double ratioMax,
    double approximateKlSum,
    double referenceKlSum)
    implements Serializable {

  /** No tokens. */
  public static final LossStatistics EMPTY = new LossStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** Returns the statistics of both. */
  public LossStatistics plus(LossStatistics other) {
    return new LossStatistics(
        tokens + other.tokens,
        preClipped + other.preClipped,
        clippedLow + other.clippedLow,
        clippedHigh + other.clippedHigh,
        dualClipped + other.dualClipped,
        ratioSum + other.ratioSum,
        Math.max(ratioMax, other.ratioMax),
        approximateKlSum + other.approximateKlSum,
        referenceKlSum + other.referenceKlSum);
  }

  /** Returns a sum divided by the number of tokens. */
  public double perToken(double sum) {
    return tokens == 0 ? 0 : sum / tokens;
  }
}
