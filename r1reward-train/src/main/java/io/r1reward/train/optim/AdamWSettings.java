package io.r1reward.train.optim;

import io.r1reward.InvalidInputException;

/**
 * Settings of {@link AdamW} (Loshchilov, Hutter, arXiv 1711.05101).
 *
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon added to the root of the second moment
 * @param weightDecay decoupled decay of matrices; vectors (norms, biases) are not decayed
 * @param maxGradientNorm gradients are scaled down to this global norm; infinity for no clipping
 */
public record AdamWSettings(
    double beta1, double beta2, double epsilon, double weightDecay, double maxGradientNorm) {

  /** The released script's: betas 0.9 and 0.95, ε 1e-8, no decay, clipping at norm 1. */
  public static final AdamWSettings DEFAULT = new AdamWSettings(0.9, 0.95, 1e-8, 0, 1);

  /** Checks the ranges. */
  public AdamWSettings {
    if (!(beta1 >= 0 && beta1 < 1) || !(beta2 >= 0 && beta2 < 1)) {
      throw new InvalidInputException("betas must be in [0, 1), got " + beta1 + " and " + beta2);
    }
    if (!(epsilon > 0) || !(weightDecay >= 0) || !(maxGradientNorm > 0)) {
      throw new InvalidInputException(
          "epsilon and maxGradientNorm must be positive and weightDecay at least 0, got "
              + epsilon
              + ", "
              + maxGradientNorm
              + " and "
              + weightDecay);
    }
  }

  /** Sets the betas. */
  public AdamWSettings betas(double first, double second) {
    return new AdamWSettings(first, second, epsilon, weightDecay, maxGradientNorm);
  }

  /** Sets the decay of matrices. */
  public AdamWSettings weightDecay(double decay) {
    return new AdamWSettings(beta1, beta2, epsilon, decay, maxGradientNorm);
  }

  /** Sets the norm that gradients are clipped to. */
  public AdamWSettings maxGradientNorm(double norm) {
    return new AdamWSettings(beta1, beta2, epsilon, weightDecay, norm);
  }
}
