package io.r1reward.train.loss;

import io.r1reward.InvalidInputException;

/**
 * CISPO, Clipped IS-weight Policy Optimization (MiniMax-M1, arXiv 2506.13585, §3.1): REINFORCE with
 * an importance weight that is clipped and held constant. A token beyond a bound keeps a gradient,
 * which the clipped surrogate takes from it. Immutable and thread-safe.
 *
 * <p>Per action token, sg(·) without a derivative:
 *
 * <pre>{@code
 * ratio = exp(log π_θ − log π_old)
 * L     = −sg(clamp(ratio, 1 − ε_low, 1 + ε_high)) · Â · log π_θ
 * }</pre>
 *
 * <p>The paper means over all tokens of a batch: {@link LossAggregation#tokenMean()}. The value of
 * this loss is no measure of progress; its gradient, {@code −clamp(ratio) · Â}, is what it is for.
 *
 * @param clipLow ε below 1, at least 0; 1 or more means no lower bound
 * @param clipHigh ε above 1, at least 0
 */
public record ClippedWeight(double clipLow, double clipHigh) implements PolicyLoss {

  /** Checks the ranges. */
  public ClippedWeight {
    if (!(clipLow >= 0) || !(clipHigh >= 0)) {
      throw new InvalidInputException(
          "clip range of the importance weight must be at least 0 on both sides, got "
              + clipLow
              + " below and "
              + clipHigh
              + " above");
    }
  }

  /**
   * The paper's: no lower bound.
   *
   * @param clipHigh ε above 1; the paper tuned it and does not say its value
   */
  public static ClippedWeight cispo(double clipHigh) {
    return new ClippedWeight(Double.POSITIVE_INFINITY, clipHigh);
  }

  /** Returns false: there is no KL term. */
  @Override
  public boolean needsReference() {
    return false;
  }

  @Override
  public PolicyLossResult evaluate(PolicyLossBatch batch) {
    RatioSum sum = new RatioSum();
    return sum.with(
        WeightedTokens.gradient(
            batch,
            (i, t) -> {
              double now = batch.logProbabilities()[i][t];
              double logRatio = now - batch.oldLogProbabilities()[i][t];
              double ratio = Math.exp(logRatio);
              double bounded = Math.min(1 + clipHigh, Math.max(1 - clipLow, ratio));
              double gradient = -batch.weights()[i][t] * bounded * batch.advantages()[i][t];
              sum.add(gradient * now, ratio, logRatio);
              if (bounded != ratio && !Double.isNaN(ratio)) {
                sum.clipped(ratio < bounded);
              }
              return gradient;
            }));
  }
}
