package io.r1reward.train.advantage;

import io.r1reward.InvalidInputException;

/**
 * A KL penalty to the reference inside the token rewards: {@code r_t = −weight · KL_t}. Immutable.
 *
 * @param weight at the start of the run, at least 0; 0 for none
 * @param estimator of the KL of a token
 * @param controller what becomes of the weight
 */
public record KlPenalty(double weight, KlEstimator estimator, KlController controller) {
  /** No penalty. */
  public static final KlPenalty NONE = new KlPenalty(0, KlEstimator.K1, KlController.fixed());

  /** Checks the range. */
  public KlPenalty {
    if (!(weight >= 0 && Double.isFinite(weight))) {
      throw new InvalidInputException("KL weight must be finite and at least 0, got " + weight);
    }
  }
}
