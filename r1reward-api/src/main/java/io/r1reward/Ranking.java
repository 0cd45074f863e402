package io.r1reward;

import static io.r1reward.Given.copy;
import static io.r1reward.Given.given;

import java.util.List;

/**
 * Candidates in order of preference. Immutable.
 *
 * @param order indices into the list of candidates, best first; {@link Tournament} says how equals
 *     stand. Where the ranking is not complete it is by what there is: the mean share of the votes
 *     of a {@link Tournament#ROUND_ROBIN}, one half for who was not compared; how far a candidate
 *     has come in a {@link Tournament#KNOCK_OUT}
 * @param points for each candidate, in given order, the sum of its vote shares over its comparisons
 * @param comparisons every comparison that came to its end
 * @param complete whether all comparisons came to their end; false where the time limit was over
 */
public record Ranking(
    List<Integer> order, List<Double> points, List<Comparison> comparisons, boolean complete) {

  /** Checks that nothing is null. */
  public Ranking {
    order = copy(order, "order");
    points = copy(points, "points");
    comparisons = copy(comparisons, "comparisons");
  }

  /** A complete ranking. */
  public Ranking(List<Integer> order, List<Double> points, List<Comparison> comparisons) {
    this(order, points, comparisons, true);
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

  /** Returns the index of the best candidate, as far as is known if not {@link #complete}. */
  public int best() {
    return order.get(0);
  }
}
