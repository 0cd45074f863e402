package io.r1reward;

import com.google.common.collect.ImmutableList;

/**
 * Candidates in order of preference. Immutable.
 *
 * @param order indices into the list of candidates, best first; equals stand in given order
 * @param points for each candidate, in given order, the sum of its vote shares over its comparisons
 * @param comparisons every comparison that was made
 */
public record Ranking(
    ImmutableList<Integer> order,
    ImmutableList<Double> points,
    ImmutableList<Comparison> comparisons) {

  /**
   * One comparison.
   *
   * @param first index of the candidate that stood first
   * @param second index of the other
   * @param score the outcome
   */
  public record Comparison(int first, int second, PreferenceScore score) {}

  /** Returns the index of the best candidate. */
  public int best() {
    return order.get(0);
  }
}
