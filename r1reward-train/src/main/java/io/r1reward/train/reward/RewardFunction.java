package io.r1reward.train.reward;

import java.util.List;

/** Scores judgements. One method, so a lambda is a reward. Implementations are thread-safe. */
@FunctionalInterface
public interface RewardFunction {

  /** Returns the reward of one judgement. */
  double score(RewardInput input);

  /** Returns the rewards of many judgements; worth overriding where they can be scored at once. */
  default double[] scoreAll(List<RewardInput> inputs) {
    return inputs.stream().mapToDouble(this::score).toArray();
  }
}
