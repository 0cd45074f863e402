package io.r1reward;

/**
 * Hears how far a ranking is. Called on the thread that ranks, one comparison at a time, in the
 * order in which they end. What it throws fails the ranking.
 */
@FunctionalInterface
public interface RankingListener {

  /**
   * A comparison has ended.
   *
   * @param comparison which, and its outcome
   * @param finished comparisons that have ended, this one included
   * @param total comparisons that the whole ranking makes
   */
  void onComparison(Ranking.Comparison comparison, int finished, int total);
}
