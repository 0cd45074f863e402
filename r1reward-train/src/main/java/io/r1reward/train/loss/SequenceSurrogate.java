package io.r1reward.train.loss;

import io.r1reward.InvalidInputException;

/**
 * GSPO, Group Sequence Policy Optimization (arXiv 2507.18071): the clipped surrogate on one ratio
 * for a whole rollout, the geometric mean of those of its tokens. Immutable and thread-safe.
 *
 * <p>Per rollout, over its n action tokens, and then per token:
 *
 * <pre>{@code
 * s = exp(Σ_t (log π_θ − log π_old) / n)
 * L = −min(s · Â, clamp(s, 1 − ε_low, 1 + ε_high) · Â)
 * }</pre>
 *
 * <p>With {@link LossAggregation#sequenceMean()} and one advantage for all tokens of a rollout that
 * is the paper's mean over sequences. The gradient is that of the paper's GSPO-token (§4.3), {@code
 * −s · Â_t} times the token's weight where the clip lets it through: the derivative of the loss
 * where all tokens of a rollout share advantage and weight, and otherwise one where each token goes
 * its own advantage's way.
 *
 * @param clipLow ε below 1, in [0, 1]
 * @param clipHigh ε above 1, at least 0
 */
public record SequenceSurrogate(double clipLow, double clipHigh) implements PolicyLoss {

  private static final double PAPER_LOW = 3e-4;
  private static final double PAPER_HIGH = 4e-4;

  /** Checks the ranges. */
  public SequenceSurrogate {
    if (!(clipLow >= 0 && clipLow <= 1) || !(clipHigh >= 0)) {
      throw new InvalidInputException(
          "clip range of the sequence ratio must be in [0, 1] below and at least 0 above, got "
              + clipLow
              + " and "
              + clipHigh);
    }
  }

  /** The paper's: ε of 3e-4 below and 4e-4 above (§5.1). */
  public static SequenceSurrogate gspo() {
    return new SequenceSurrogate(PAPER_LOW, PAPER_HIGH);
  }

  /** Returns false: there is no KL term. */
  @Override
  public boolean needsReference() {
    return false;
  }

  @Override
  public PolicyLossResult evaluate(PolicyLossBatch batch) {
    RatioSum sum = new RatioSum();
    double[] ratios = ratios(batch);
    return sum.with(
        WeightedTokens.gradient(
            batch,
            (i, t) -> {
              double ratio = ratios[i];
              double advantage = batch.advantages()[i][t];
              double weight = batch.weights()[i][t];
              double plain = -ratio * advantage;
              double bounded = Math.min(1 + clipHigh, Math.max(1 - clipLow, ratio));
              double clipped = -bounded * advantage;
              sum.add(
                  weight * Math.max(plain, clipped),
                  ratio,
                  batch.logProbabilities()[i][t] - batch.oldLogProbabilities()[i][t]);
              if (clipped > plain) {
                sum.clipped(ratio < 1);
                return 0;
              }
              return weight * plain;
            }));
  }

  /** The ratio of every rollout; of one without action tokens it is 1, and nothing reads it. */
  private static double[] ratios(PolicyLossBatch batch) {
    double[] ratios = new double[batch.weights().length];
    for (int i = 0; i < ratios.length; i++) {
      double logRatios = 0;
      int tokens = 0;
      for (int t = 0; t < batch.weights()[i].length; t++) {
        if (batch.weights()[i][t] != 0) {
          logRatios += batch.logProbabilities()[i][t] - batch.oldLogProbabilities()[i][t];
          tokens++;
        }
      }
      ratios[i] = Math.exp(logRatios / Math.max(1, tokens));
    }
    return ratios;
  }
}
