package io.r1reward;

/**
 * What a judge scored each response with, in its own unit: the totals of UnifiedReward-Think, for
 * example. Immutable.
 *
 * @param first of the pair's first response
 * @param second of its second response
 */
public record ResponseScores(double first, double second) {

  /** Checks that both are numbers. */
  public ResponseScores {
    if (!Double.isFinite(first) || !Double.isFinite(second)) {
      throw new InvalidInputException("scores must be finite, got " + first + " and " + second);
    }
  }

  /** Returns the scores of the pair with its responses exchanged. */
  public ResponseScores swapped() {
    return new ResponseScores(second, first);
  }
}
