package io.r1reward;

/** How many comparisons {@link RewardModel#rank} makes to order N candidates. */
public enum BestOfN {
  /**
   * Every candidate against every other: N (N - 1) / 2 scores. Candidates are ordered by the sum of
   * their vote shares.
   */
  ROUND_ROBIN,
  /**
   * Single elimination in the given order, N - 1 scores: finds the best candidate. The others are
   * ordered by the round in which they lost, then by their vote share in that round.
   */
  KNOCK_OUT
}
