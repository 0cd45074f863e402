package io.r1reward.train.scalar;

import io.r1reward.InvalidInputException;

/**
 * A loss on the numbers of the responses to one question, of which one is known to be the best.
 * Thread-safe. Its text names it with its settings: a run goes on with the same one.
 */
@FunctionalInterface
public interface ScoreLoss {

  /**
   * Returns the loss and its gradient.
   *
   * @param scores at least two
   * @param best index of the best response
   * @throws InvalidInputException if there are fewer scores or no such index
   */
  Result of(double[] scores, int best);

  /**
   * A loss of one question.
   *
   * @param value in nats
   * @param gradient by each score
   */
  @SuppressWarnings("ArrayRecordComponent") // made for one caller
  record Result(double value, double[] gradient) {}

  /**
   * Checks what a loss is asked.
   *
   * @throws InvalidInputException if there are fewer than two scores or no such index
   */
  static void check(double[] scores, int best) {
    if (scores.length < 2) {
      throw new InvalidInputException("a loss compares at least 2 scores, got " + scores.length);
    }
    if (best < 0 || best >= scores.length) {
      throw new InvalidInputException(
          "the best of "
              + scores.length
              + " scores must be in [0, "
              + (scores.length - 1)
              + "],"
              + " got "
              + best);
    }
  }
}
