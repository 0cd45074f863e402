package io.r1reward;

/**
 * Which comparisons {@link RewardModel#rank(RankRequest)} makes to order N candidates. Whatever is
 * equal by votes is ordered by the soft score ({@link PreferenceScore#softFirst}, the vote share
 * where there is none), and where that is equal, too, as it was given.
 */
public enum Tournament {
  /**
   * Every candidate against every other: N (N - 1) / 2 scores. Candidates are ordered by the sum of
   * their vote shares, then by the sum of their soft scores.
   */
  ROUND_ROBIN,
  /**
   * Single elimination, N - 1 scores: finds the best candidate. Neighbours in the given order meet.
   * Where N is no power of two, all byes are in the first round, drawn by the seed of the sampling;
   * nobody gets two. A comparison without a majority goes to the better soft score, then to the one
   * given first. The others are ordered by the round in which they lost, then by their vote share
   * and soft score in that round.
   */
  KNOCK_OUT
}
