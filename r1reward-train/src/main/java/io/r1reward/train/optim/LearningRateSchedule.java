package io.r1reward.train.optim;

import io.r1reward.InvalidInputException;

/**
 * The learning rate of every optimiser step. One method, so a lambda is a schedule. The ones here
 * are stateless and thread-safe.
 */
@FunctionalInterface
public interface LearningRateSchedule {

  /**
   * Returns the learning rate of a step.
   *
   * @param step optimiser steps done before it, from 0
   */
  double at(long step);

  /** Always the same. */
  static LearningRateSchedule constant(double rate) {
    return step -> rate;
  }

  /**
   * Linear warm-up from 0 over {@code warmupSteps}, then half a cosine down to {@code minimum} at
   * {@code totalSteps}, and {@code minimum} from there on ({@code cosine_with_min_lr} of the public
   * implementation).
   *
   * @throws InvalidInputException if the numbers are negative or out of order
   */
  static LearningRateSchedule cosine(
      double peak, double minimum, long warmupSteps, long totalSteps) {
    if (!(minimum >= 0 && minimum <= peak)) {
      throw new InvalidInputException(
          "minimum learning rate must be in [0, " + peak + "], got " + minimum);
    }
    checkSteps(warmupSteps, totalSteps);
    return step -> {
      if (step < warmupSteps) {
        return peak * step / warmupSteps;
      }
      double progress =
          Math.min(1, (double) (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
      return minimum + (peak - minimum) * 0.5 * (1 + Math.cos(Math.PI * progress));
    };
  }

  /**
   * Returns a share of a run's steps for {@link #cosine} to warm up in, rounded up as the public
   * implementation does: {@code ceil(ratio · steps)} in double precision.
   *
   * @throws InvalidInputException if the share is not in [0, 1] or the steps are negative
   */
  static long warmupSteps(double ratio, long totalSteps) {
    if (!(ratio >= 0 && ratio <= 1)) {
      throw new InvalidInputException("warm-up ratio must be in [0, 1], got " + ratio);
    }
    checkSteps(0, totalSteps);
    return (long) Math.ceil(ratio * totalSteps);
  }

  /** Returns this schedule with a linear warm-up from 0 over its first steps. */
  default LearningRateSchedule warmup(long steps) {
    checkSteps(steps, Long.MAX_VALUE);
    return step -> at(step) * (step < steps ? (double) step / steps : 1);
  }

  private static void checkSteps(long warmupSteps, long totalSteps) {
    if (warmupSteps < 0 || totalSteps < warmupSteps) {
      throw new InvalidInputException(
          "warm-up must be in [0, total steps], got " + warmupSteps + " of " + totalSteps);
    }
  }
}
