package io.r1reward.train.advantage;

import io.r1reward.InvalidInputException;
import java.util.HashMap;
import java.util.Map;

/**
 * Changes the rewards of rollouts by comparing those of the same prompt. One method, so a lambda
 * replaces it. The ones here are stateless and thread-safe.
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
    return perGroup(
        (value, group) -> group.count == 1 ? 0 : value - (group.sum - value) / (group.count - 1));
  }

  /**
   * Subtracts the group's mean and divides by its sample standard deviation plus {@code epsilon}:
   * GRPO (Shao et al., arXiv 2402.03300). A group whose rewards are all equal becomes 0.
   */
  static RewardShaping groupNormalised(double epsilon) {
    return perGroup((value, group) -> (value - group.mean()) / (group.deviation() + epsilon));
  }

  private static RewardShaping perGroup(GroupFormula formula) {
    return (rewards, groups) -> {
      if (rewards.length != groups.length) {
        throw new InvalidInputException(
            "got " + rewards.length + " rewards for " + groups.length + " group numbers");
      }
      Map<Integer, GroupStatistics> statistics = new HashMap<>();
      for (int i = 0; i < rewards.length; i++) {
        statistics.computeIfAbsent(groups[i], g -> new GroupStatistics()).add(rewards[i]);
      }
      double[] shaped = new double[rewards.length];
      for (int i = 0; i < rewards.length; i++) {
        GroupStatistics group = statistics.get(groups[i]);
        if (group != null) {
          shaped[i] = formula.apply(rewards[i], group);
        }
      }
      return shaped;
    };
  }
}
