package io.r1reward.train.reward;

import io.r1reward.InvalidInputException;

/**
 * DAPO's soft overlong punishment (arXiv 2503.14476, §3.4): 0 up to {@code limit − buffer} tokens,
 * then falling linearly to −1 at {@code limit}. Thread-safe.
 *
 * @param limit length in tokens that costs 1
 * @param buffer tokens over which the cost grows, in [1, limit]
 */
public record LengthPenalty(int limit, int buffer) implements RewardFunction {

  /** Checks the ranges. */
  public LengthPenalty {
    if (buffer < 1 || buffer > limit) {
      throw new InvalidInputException(
          "length penalty needs 1 <= buffer <= limit, got buffer " + buffer + ", limit " + limit);
    }
  }

  @Override
  public double score(RewardInput input) {
    double over = input.tokens() - (limit - buffer);
    return -Math.min(1, Math.max(0, over / buffer));
  }
}
