package io.r1reward.train.loss;

import io.r1reward.InvalidInputException;
import io.r1reward.train.advantage.Ragged;

/**
 * How token losses become one number: the weight of every token of an optimiser step. A rollout
 * without action tokens gets no weight and does not count as a rollout either, so it cannot turn
 * the loss into 0/0 as it does in the released code. Implementations are stateless and thread-safe.
 */
@FunctionalInterface
public interface LossAggregation {

  /**
   * Returns the weights, 0 where masked.
   *
   * @param mask action tokens of the whole optimiser step, {@code [rollout][token]}
   */
  double[][] weights(boolean[][] mask);

  /** Mean over the action tokens of each rollout, then over rollouts: the paper's, and GRPO's. */
  static LossAggregation sequenceMean() {
    return mask -> weigh(mask, row -> 1.0 / (acting(mask) * Ragged.count(row)));
  }

  /** Mean over all action tokens: DAPO's (arXiv 2503.14476, §3.3). */
  static LossAggregation tokenMean() {
    return mask -> weigh(mask, row -> 1.0 / Ragged.count(mask));
  }

  /**
   * Sum over the action tokens divided by a constant length, then mean over rollouts: Dr. GRPO's
   * (arXiv 2503.20783), which does not favour long wrong answers.
   *
   * @param length the constant, usually the completion limit in tokens
   * @throws InvalidInputException if the length is not positive
   */
  static LossAggregation constantLength(int length) {
    if (length < 1) {
      throw new InvalidInputException("constant length must be at least 1, got " + length);
    }
    return mask -> weigh(mask, row -> 1.0 / ((double) acting(mask) * length));
  }

  private static long acting(boolean[][] mask) {
    long rows = 0;
    for (boolean[] row : mask) {
      rows += Ragged.count(row) > 0 ? 1 : 0;
    }
    return rows;
  }

  private static double[][] weigh(
      boolean[][] mask, java.util.function.ToDoubleFunction<boolean[]> weightOfRow) {
    double[][] weights = Ragged.zeros(mask);
    for (int i = 0; i < mask.length; i++) {
      double weight = Ragged.count(mask[i]) == 0 ? 0 : weightOfRow.applyAsDouble(mask[i]);
      for (int t = 0; t < mask[i].length; t++) {
        weights[i][t] = mask[i][t] ? weight : 0;
      }
    }
    return weights;
  }
}
