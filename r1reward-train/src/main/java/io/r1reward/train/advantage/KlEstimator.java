package io.r1reward.train.advantage;

import io.r1reward.InvalidInputException;

/**
 * Single-sample estimators of KL(π ‖ π_ref) at one token, from {@code d = log π − log π_ref} of the
 * token drawn from π [1]. Thread-safe.
 *
 * <p>[1] J. Schulman, Approximating KL divergence, 2020. {@link #K1} and {@link #K3} are unbiased,
 * {@link #K2} and {@link #K3} are never negative.
 */
public enum KlEstimator {
  /** {@code d}. */
  K1 {
    @Override
    public double value(double d) {
      return d;
    }

    @Override
    public double derivative(double d) {
      return 1;
    }
  },
  /** {@code d² / 2}. */
  K2 {
    @Override
    public double value(double d) {
      return 0.5 * d * d;
    }

    @Override
    public double derivative(double d) {
      return d;
    }
  },
  /** {@code exp(−d) − 1 + d}. */
  K3 {
    @Override
    public double value(double d) {
      return Math.expm1(-d) + d;
    }

    @Override
    public double derivative(double d) {
      return -Math.expm1(-d);
    }
  };

  /** Returns the estimate for one log-ratio, in nats. */
  public abstract double value(double logRatio);

  /** Returns the derivative of {@link #value} with respect to {@code log π}. */
  public abstract double derivative(double logRatio);

  /**
   * Estimates the KL of every action token; 0 elsewhere.
   *
   * @param logProbabilities log π, {@code [rollout][token]}
   * @param reference log π_ref, same shape
   * @param mask which tokens count, same shape
   * @throws InvalidInputException if the shapes differ
   */
  public double[][] of(double[][] logProbabilities, double[][] reference, boolean[][] mask) {
    Ragged.requireSameShape("log-probabilities", logProbabilities, mask);
    Ragged.requireSameShape("reference log-probabilities", reference, mask);
    double[][] kl = Ragged.zeros(mask);
    for (int i = 0; i < mask.length; i++) {
      for (int t = 0; t < mask[i].length; t++) {
        kl[i][t] = mask[i][t] ? value(logProbabilities[i][t] - reference[i][t]) : 0;
      }
    }
    return kl;
  }

  /** Returns the mean over the action tokens of each rollout; 0 for a rollout without any. */
  public static double[] meanPerRollout(double[][] kl, boolean[][] mask) {
    Ragged.requireSameShape("KL", kl, mask);
    double[] means = new double[kl.length];
    for (int i = 0; i < kl.length; i++) {
      double sum = 0;
      for (int t = 0; t < kl[i].length; t++) {
        sum += mask[i][t] ? kl[i][t] : 0;
      }
      means[i] = sum / Math.max(1, Ragged.count(mask[i]));
    }
    return means;
  }
}
