package io.r1reward.train.advantage;

import io.r1reward.InvalidInputException;

/**
 * What an {@link AdvantageEstimator} sees of a rollout batch. Immutable by contract.
 *
 * @param rewards one per rollout
 * @param groups the prompt each rollout answers
 * @param kl KL estimate of every token against the reference, {@code [rollout][token]}; zeros where
 *     no reference is used
 * @param klCoefficient weight of the KL inside the reward; not positive means none
 * @param mask action tokens, {@code [rollout][token]}
 */
@SuppressWarnings("ArrayRecordComponent") // batch-sized, read only
public record RolloutScores(
    double[] rewards, int[] groups, double[][] kl, double klCoefficient, boolean[][] mask) {

  /** Checks the shapes. */
  public RolloutScores {
    if (rewards.length != groups.length || rewards.length != mask.length) {
      throw new InvalidInputException(
          "rewards, groups and mask must have the same number of rollouts, got "
              + rewards.length
              + ", "
              + groups.length
              + " and "
              + mask.length);
    }
    Ragged.requireSameShape("KL", kl, mask);
  }

  /** Scores without a KL penalty. */
  public static RolloutScores of(double[] rewards, int[] groups, boolean[][] mask) {
    return new RolloutScores(rewards, groups, Ragged.zeros(mask), 0, mask);
  }
}
