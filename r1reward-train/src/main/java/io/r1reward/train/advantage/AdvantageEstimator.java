package io.r1reward.train.advantage;

/**
 * Turns the rewards of a rollout batch into the advantage of every token. {@link Advantages} has
 * the published ones; a lambda replaces them.
 */
@FunctionalInterface
public interface AdvantageEstimator {

  /**
   * Returns advantages, {@code [rollout][token]}, with the numbers worth logging.
   *
   * @param scores the whole rollout batch
   */
  AdvantageEstimate estimate(RolloutScores scores);

  /**
   * Says whether rollouts are compared with the others of their prompt, so that one sample per
   * prompt teaches nothing. The default is no.
   */
  default boolean comparesWithinGroups() {
    return false;
  }
}
