package io.r1reward.train.advantage;

/** One rollout's shaped reward, given its group. */
@FunctionalInterface
interface GroupFormula {
  double apply(double reward, GroupStatistics group);
}
