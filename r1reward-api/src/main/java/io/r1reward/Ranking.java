package io.r1reward;

import static io.r1reward.Given.copy;
import static io.r1reward.Given.given;

import java.util.List;

/**
 * Candidates in order of preference. Immutable.
 *
 * @param order indices into the list of candidates, best first; equals stand in given order
 * @param points for each candidate, in given order, the sum of its vote shares over its comparisons
 * @param comparisons every comparison that was made
 */
public record Ranking(List<Integer> order, List<Double> points, List<Comparison> comparisons) {

  /** Checks that nothing is null. */
  public Ranking {
    order = copy(order, "order");
    points = copy(points, "points");
    comparisons = copy(comparisons, "comparisons");
  }

  /**
   * One comparison.
   *
   * @param first index of the candidate that stood first
   * @param second index of the other
   * @param score the outcome
   */
  public record Comparison(int first, int second, PreferenceScore score) {

    /** Checks that nothing is null. */
    public Comparison {
      given(score, "score");
    }
  }

  /** Returns the index of the best candidate. */
  public int best() {
    return order.get(0);
  }
}
