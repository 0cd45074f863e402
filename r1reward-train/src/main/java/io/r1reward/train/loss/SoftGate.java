package io.r1reward.train.loss;

import io.r1reward.InvalidInputException;

/**
 * SAPO, Soft Adaptive Policy Optimization (arXiv 2511.20347): a smooth gate on the ratio in place
 * of a clip, so that a token's gradient fades with its distance from the old policy, and faster
 * where the advantage is negative. Immutable and thread-safe.
 *
 * <p>Per action token, σ the logistic function and τ = τ_pos where Â > 0, else τ_neg:
 *
 * <pre>{@code
 * ratio = exp(log π_θ − log π_old)
 * L     = −(4 / τ) · σ(τ · (ratio − 1)) · Â
 * dL/d log π_θ = −4 · p · (1 − p) · ratio · Â   with p = σ(τ · (ratio − 1))
 * }</pre>
 *
 * <p>Where both policies are equal, p is 1/2 and the gradient that of REINFORCE, whatever τ is.
 *
 * @param positiveTemperature τ_pos, positive and finite
 * @param negativeTemperature τ_neg, positive and finite; the paper's is above τ_pos
 */
public record SoftGate(double positiveTemperature, double negativeTemperature)
    implements PolicyLoss {

  private static final double PAPER_POSITIVE = 1.0;
  private static final double PAPER_NEGATIVE = 1.05;

  /** Checks the ranges. */
  public SoftGate {
    check("τ_pos", positiveTemperature);
    check("τ_neg", negativeTemperature);
  }

  private static void check(String name, double temperature) {
    if (!(temperature > 0 && Double.isFinite(temperature))) {
      throw new InvalidInputException(
          "temperature "
              + name
              + " of the soft gate must be positive and finite, got "
              + temperature);
    }
  }

  /** The paper's: τ_pos = 1.0, τ_neg = 1.05. */
  public static SoftGate sapo() {
    return new SoftGate(PAPER_POSITIVE, PAPER_NEGATIVE);
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
              double advantage = batch.advantages()[i][t];
              double weight = batch.weights()[i][t];
              double logRatio = batch.logProbabilities()[i][t] - batch.oldLogProbabilities()[i][t];
              double ratio = Math.exp(logRatio);
              double tau = advantage > 0 ? positiveTemperature : negativeTemperature;
              double gate = logistic(tau * (ratio - 1));
              double slope = 4 * gate * logistic(-tau * (ratio - 1));
              sum.add(-weight * 4 / tau * gate * advantage, ratio, logRatio);
              // the slope falls faster than any ratio rises: 0 also where the ratio is infinite
              return slope == 0 ? 0 : -weight * slope * ratio * advantage;
            }));
  }

  private static double logistic(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
