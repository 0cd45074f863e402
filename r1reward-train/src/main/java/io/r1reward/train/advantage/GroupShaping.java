package io.r1reward.train.advantage;

import io.r1reward.InvalidInputException;
import java.util.HashMap;
import java.util.Map;

/** Applies a formula to every rollout and the statistics of its group. */
record GroupShaping(GroupFormula formula) implements RewardShaping {

  @Override
  public double[] shape(double[] rewards, int[] groups) {
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
        shaped[i] = group.isFlat() ? 0 : formula.apply(rewards[i], group);
      }
    }
    return shaped;
  }

  @Override
  public boolean comparesWithinGroups() {
    return true;
  }
}
