package io.r1reward.train.advantage;

import io.r1reward.InvalidInputException;
import java.util.HashMap;
import java.util.Map;

/**
 * DAPO's dynamic sampling (Yu et al., arXiv 2503.14476, §3.2): a group of rollouts whose rewards
 * are all equal teaches nothing under a group baseline and is left out. Stateless, thread-safe.
 */
public final class DynamicSampling {

  private DynamicSampling() {}

  /**
   * Says for every rollout whether its group has at least two rewards that differ by more than
   * rounding: a deviation above 1e-6 of the group's mean.
   *
   * @param rewards one per rollout
   * @param groups the prompt each rollout answers
   * @throws InvalidInputException if the lengths differ
   */
  public static boolean[] informative(double[] rewards, int[] groups) {
    if (rewards.length != groups.length) {
      throw new InvalidInputException(
          "got " + rewards.length + " rewards for " + groups.length + " group numbers");
    }
    Map<Integer, GroupStatistics> statistics = new HashMap<>();
    for (int i = 0; i < rewards.length; i++) {
      statistics.computeIfAbsent(groups[i], group -> new GroupStatistics()).add(rewards[i]);
    }
    boolean[] keep = new boolean[rewards.length];
    for (int i = 0; i < rewards.length; i++) {
      GroupStatistics group = statistics.get(groups[i]);
      keep[i] = group != null && !group.isFlat();
    }
    return keep;
  }

  /** Returns the share of groups whose rewards are all equal, in [0, 1]; 0 without rollouts. */
  public static double shareWithoutSignal(double[] rewards, int[] groups) {
    boolean[] keep = informative(rewards, groups);
    Map<Integer, Boolean> perGroup = new HashMap<>();
    for (int i = 0; i < keep.length; i++) {
      perGroup.put(groups[i], keep[i]);
    }
    long silent = perGroup.values().stream().filter(signal -> !signal).count();
    return (double) silent / Math.max(1, perGroup.size());
  }
}
