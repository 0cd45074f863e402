package io.r1reward.train.reward;

/**
 * The result reward: 1 if the verdict equals the label, else 0. A verdict that cannot be read
 * scores 0 (the released code gives 1 when its verifier throws). Stateless, thread-safe.
 */
public final class ResultReward implements RewardFunction {

  @Override
  public double score(RewardInput input) {
    return input.verdict() == input.sample().label() ? 1 : 0;
  }
}
