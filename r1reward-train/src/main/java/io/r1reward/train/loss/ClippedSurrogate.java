package io.r1reward.train.loss;

import io.r1reward.InvalidInputException;
import io.r1reward.train.advantage.KlEstimator;

/**
 * The clipped surrogate loss of PPO with the switches of its descendants: Pre-CLIP
 * (StableReinforce, arXiv 2505.02835), clip-higher (DAPO, arXiv 2503.14476), dual clip (Ye et al.,
 * arXiv 1912.09729) and a KL term (GRPO, arXiv 2402.03300). Immutable and thread-safe; every method
 * returns a changed copy.
 *
 * <p>Per action token:
 *
 * <pre>{@code
 * d     = clamp(log π_θ − log π_old, log δ_min, log δ_max)
 * ratio = exp(d)
 * L     = −min(ratio · Â, clamp(ratio, 1 − ε_low, 1 + ε_high) · Â)
 * L     = min(L, −c · Â)  where Â < 0 and dual clip c > 1 is set
 * L    += β · KL(log π_θ − log π_ref)
 * }</pre>
 *
 * <p>Defaults of {@link #ppo()}: ε = 0.2 on both sides, no Pre-CLIP, no dual clip, no KL.
 *
 * @param preClip bounds of the log-ratio
 * @param clipLow ε below 1
 * @param clipHigh ε above 1
 * @param dualClip c, greater than 1; {@link Double#POSITIVE_INFINITY} means none
 * @param klCoefficient β, 0 means none
 * @param klEstimator which estimate the KL term uses
 */
public record ClippedSurrogate(
    PreClip preClip,
    double clipLow,
    double clipHigh,
    double dualClip,
    double klCoefficient,
    KlEstimator klEstimator)
    implements PolicyLoss {

  private static final double DEFAULT_CLIP = 0.2;

  /** Checks the ranges. */
  public ClippedSurrogate {
    if (!(clipLow >= 0 && clipLow <= 1) || !(clipHigh >= 0)) {
      throw new InvalidInputException(
          "clip range must be in [0, 1] below and at least 0 above, got "
              + clipLow
              + " and "
              + clipHigh);
    }
    if (!(dualClip > 1)) {
      throw new InvalidInputException("dual clip must be greater than 1, got " + dualClip);
    }
    if (!(klCoefficient >= 0)) {
      throw new InvalidInputException("KL coefficient must be at least 0, got " + klCoefficient);
    }
  }

  /** PPO-clip with ε = 0.2. */
  public static ClippedSurrogate ppo() {
    return new ClippedSurrogate(
        PreClip.NONE, DEFAULT_CLIP, DEFAULT_CLIP, Double.POSITIVE_INFINITY, 0, KlEstimator.K3);
  }

  /** StableReinforce: {@link #ppo()} with Pre-CLIP at ratios 1e-3 and 1e3. */
  public static ClippedSurrogate stableReinforce() {
    return ppo().preClip(PreClip.DEFAULT);
  }

  /** Sets the bounds of the log-ratio. */
  public ClippedSurrogate preClip(PreClip bounds) {
    return new ClippedSurrogate(bounds, clipLow, clipHigh, dualClip, klCoefficient, klEstimator);
  }

  /** Sets ε on both sides. */
  public ClippedSurrogate clip(double epsilon) {
    return clip(epsilon, epsilon);
  }

  /** Sets ε below and above 1; a larger one above is clip-higher. */
  public ClippedSurrogate clip(double low, double high) {
    return new ClippedSurrogate(preClip, low, high, dualClip, klCoefficient, klEstimator);
  }

  /** Bounds the loss of tokens with negative advantage at {@code −c · Â}. */
  public ClippedSurrogate dualClip(double c) {
    return new ClippedSurrogate(preClip, clipLow, clipHigh, c, klCoefficient, klEstimator);
  }

  /** Adds {@code β} times a KL estimate against the reference. */
  public ClippedSurrogate kl(double coefficient, KlEstimator estimator) {
    return new ClippedSurrogate(preClip, clipLow, clipHigh, dualClip, coefficient, estimator);
  }

  /** Returns whether there is a KL term. */
  @Override
  public boolean needsReference() {
    return klCoefficient > 0;
  }

  @Override
  public PolicyLossResult evaluate(PolicyLossBatch batch) {
    SurrogateSum sum = new SurrogateSum(this);
    double[][] gradient =
        WeightedTokens.gradient(
            batch,
            (i, t) ->
                sum.add(
                    batch.logProbabilities()[i][t],
                    batch.oldLogProbabilities()[i][t],
                    batch.referenceLogProbabilities()[i][t],
                    batch.advantages()[i][t],
                    batch.weights()[i][t]));
    return new PolicyLossResult(sum.loss, gradient, sum.statistics());
  }
}
