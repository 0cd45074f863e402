package io.r1reward.train.advantage;

import io.r1reward.InvalidInputException;

/**
 * Decides the weight of the KL penalty. The trainer owns the current weight (it is part of a
 * checkpoint); a controller only says what comes next, so implementations are stateless and
 * thread-safe.
 */
@FunctionalInterface
public interface KlController {

  /**
   * Returns the coefficient to use from now on.
   *
   * @param coefficient the one in use
   * @param observedKl mean KL of the last rollout batch, in nats
   * @param samples how many rollouts it was measured on
   */
  double next(double coefficient, double observedKl, long samples);

  /** Keeps the coefficient. */
  static KlController fixed() {
    return (coefficient, observedKl, samples) -> coefficient;
  }

  /**
   * Steers the KL towards a target (Ziegler et al., Fine-Tuning Language Models from Human
   * Preferences, 2019, §2.2): {@code β · (1 + clip(kl / target − 1, ±0.2) · n / horizon)}.
   *
   * @param target wanted KL, in nats, positive
   * @param horizon rollouts after which a full correction compounds, positive
   * @throws InvalidInputException if a value is not positive
   */
  static KlController adaptive(double target, double horizon) {
    if (!(target > 0) || !(horizon > 0)) {
      throw new InvalidInputException(
          "KL target and horizon must be positive, got " + target + " and " + horizon);
    }
    return (coefficient, observedKl, samples) -> {
      double error = Math.min(0.2, Math.max(-0.2, observedKl / target - 1));
      return coefficient * (1 + error * samples / horizon);
    };
  }
}
