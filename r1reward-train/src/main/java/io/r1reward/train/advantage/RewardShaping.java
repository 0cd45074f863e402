package io.r1reward.train.advantage;

/**
 * Changes the rewards of rollouts by comparing those of the same prompt. One method, so a lambda
 * replaces it. The ones here are stateless and thread-safe. To those that compare, a group whose
 * deviation is at most 1e-6 of its mean is one of equal rewards and becomes 0.
 */
@FunctionalInterface
public interface RewardShaping {

  /**
   * Returns shaped rewards.
   *
   * @param rewards one per rollout
   * @param groups the prompt each rollout belongs to, any numbers, in any order
   */
  double[] shape(double[] rewards, int[] groups);

  /** Says whether a rollout alone in its group becomes 0 whatever its reward. The default is no. */
  default boolean comparesWithinGroups() {
    return false;
  }

  /** Leaves the rewards as they are: REINFORCE, REINFORCE++ (Hu, arXiv 2501.03262). */
  static RewardShaping none() {
    return (rewards, groups) -> rewards.clone();
  }

  /** Subtracts the group's mean: REINFORCE++-baseline, Dr. GRPO (Liu et al., arXiv 2503.20783). */
  static RewardShaping groupMean() {
    return perGroup((value, group) -> value - group.mean());
  }

  /**
   * Subtracts the mean of the group's other rollouts: RLOO (Ahmadian et al., arXiv 2402.14740). A
   * rollout alone in its group has no baseline and becomes 0.
   */
  static RewardShaping leaveOneOut() {
    return perGroup((value, group) -> value - (group.sum - value) / (group.count - 1));
  }

  /**
   * Subtracts the group's mean and divides by its sample standard deviation plus {@code epsilon}:
   * GRPO (Shao et al., arXiv 2402.03300). A group whose rewards are all equal becomes 0.
   */
  static RewardShaping groupNormalised(double epsilon) {
    return perGroup((value, group) -> (value - group.mean()) / (group.deviation() + epsilon));
  }

  private static RewardShaping perGroup(GroupFormula formula) {
    return new GroupShaping(formula);
  }
}
