package io.r1reward.train.advantage;

import io.r1reward.InvalidInputException;

/**
 * The range a rollout's reward is clipped to before it is spread over tokens.
 *
 * @param low smallest reward
 * @param high largest reward
 */
public record RewardClip(double low, double high) {

  /** The published range, ±10. */
  public static final RewardClip DEFAULT = new RewardClip(-10, 10);

  /** No clipping. */
  public static final RewardClip NONE =
      new RewardClip(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  /** Checks the order. */
  public RewardClip {
    if (!(low <= high)) {
      throw new InvalidInputException(
          "reward clip range must be ordered, got [" + low + ", " + high + "]");
    }
  }

  /** Returns the reward within the range; NaN stays NaN. */
  public double clip(double reward) {
    return Math.min(high, Math.max(low, reward));
  }
}
