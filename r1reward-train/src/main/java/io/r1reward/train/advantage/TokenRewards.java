package io.r1reward.train.advantage;

import io.r1reward.InvalidInputException;

/**
 * Token rewards and returns of the released StableReinforce code (arXiv 2505.02835, §3): the KL
 * penalty falls on every action token, the reward on the last one.
 *
 * <pre>{@code
 * r_t = −β · KL_t                     for an action token t
 * r_T = −β · KL_T + clip(R)           for the last action token T
 * G_t = r_t + γ · G_{t+1}
 * }</pre>
 *
 * <p>Stateless, thread-safe.
 */
public final class TokenRewards {

  private TokenRewards() {}

  /**
   * Spreads rewards over tokens; 0 at masked positions. A rollout without action tokens has none to
   * carry its reward and stays 0.
   *
   * @param rewards one per rollout
   * @param kl KL estimates, {@code [rollout][token]}
   * @param mask action tokens, same shape
   * @param klCoefficient β; a value that is not positive means no penalty
   * @param clip range of the reward
   * @throws InvalidInputException if the shapes differ
   */
  public static double[][] of(
      double[] rewards, double[][] kl, boolean[][] mask, double klCoefficient, RewardClip clip) {
    Ragged.requireSameShape("KL", kl, mask);
    if (rewards.length != mask.length) {
      throw new InvalidInputException(
          "got " + rewards.length + " rewards for " + mask.length + " rollouts");
    }
    double[][] result = Ragged.zeros(mask);
    for (int i = 0; i < mask.length; i++) {
      for (int t = 0; t < mask[i].length; t++) {
        if (mask[i][t] && klCoefficient > 0) {
          result[i][t] = -klCoefficient * kl[i][t];
        }
      }
      int last = Ragged.last(mask[i]);
      if (last >= 0) {
        result[i][last] += clip.clip(rewards[i]);
      }
    }
    return result;
  }

  /**
   * Returns the discounted sums from the right. A masked token counts as reward 0, but is a step of
   * time for γ.
   *
   * @param tokenRewards {@code [rollout][token]}
   * @param mask action tokens, same shape
   * @param gamma discount, in [0, 1]
   * @throws InvalidInputException if the shapes differ or γ is out of range
   */
  public static double[][] returns(double[][] tokenRewards, boolean[][] mask, double gamma) {
    Ragged.requireSameShape("token rewards", tokenRewards, mask);
    if (!(gamma >= 0 && gamma <= 1)) {
      throw new InvalidInputException("gamma must be in [0, 1], got " + gamma);
    }
    double[][] result = Ragged.zeros(mask);
    for (int i = 0; i < mask.length; i++) {
      double running = 0;
      for (int t = mask[i].length - 1; t >= 0; t--) {
        running = (mask[i][t] ? tokenRewards[i][t] : 0) + gamma * running;
        result[i][t] = running;
      }
    }
    return result;
  }
}
