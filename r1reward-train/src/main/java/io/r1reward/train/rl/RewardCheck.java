package io.r1reward.train.rl;

import io.r1reward.train.reward.RewardBreakdown;
import io.r1reward.train.run.TrainingException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at rewards where they come in: one NaN among them makes every advantage NaN. */
final class RewardCheck {
  private static final Logger logger = LoggerFactory.getLogger(RewardCheck.class);

  private RewardCheck() {}

  /**
   * Says whether a rollout may be learnt from.
   *
   * @param id of its data sample
   * @throws TrainingException if a value is not finite and the run is to stop
   */
  static boolean passes(RewardBreakdown reward, String id, NonFiniteRewards otherwise) {
    String fault = fault(reward, id);
    if (fault == null) {
      return true;
    }
    if (otherwise == NonFiniteRewards.STOP) {
      throw new TrainingException(
          fault + "; a reward must be finite (RlSettings.nonFiniteRewards can leave it out)");
    }
    logger.warn("{}; the rollout is left out", fault);
    return false;
  }

  private static @Nullable String fault(RewardBreakdown reward, String id) {
    for (Map.Entry<String, Double> part : reward.parts().entrySet()) {
      if (!Double.isFinite(part.getValue())) {
        return "the reward function \""
            + part.getKey()
            + "\" gave "
            + part.getValue()
            + " for a judgement of sample "
            + id;
      }
    }
    return Double.isFinite(reward.total())
        ? null
        : "the weighted sum of the rewards "
            + reward.parts()
            + " is "
            + reward.total()
            + " for a judgement of sample "
            + id;
  }
}
