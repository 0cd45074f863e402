package io.r1reward.examples.train;

import io.r1reward.train.advantage.Advantages;
import io.r1reward.train.optim.LearningRateSchedule;
import io.r1reward.train.rl.Algorithm;

/**
 * A stage of reinforcement learning.
 *
 * @param name of its folder and files
 * @param iterations rollout batches
 * @param prompts pairs of a batch
 * @param samples rollouts of a pair
 * @param batch rollouts of an optimiser step
 * @param epochs passes over a batch
 */
record RlStage(
    String name,
    long iterations,
    int prompts,
    int samples,
    int batch,
    int epochs,
    LearningRateSchedule schedule,
    Algorithm algorithm,
    long seed) {
  private static final long SEED = 8;
  private static final int WARM_UP = 6;
  private static final double SECOND_RATE = 1e-4;
  private static final int SECOND_WARM_UP = 3;

  /**
   * Finds out which way of reasoning pays: StableReinforce, two steps a batch. Without warm-up the
   * first steps of Adam are so large that the format is lost for a while.
   */
  static RlStage finding(long iterations, int prompts, int samples, int epochs, double rate) {
    int batch = Math.max(1, prompts * samples / 2);
    int perBatch = (prompts * samples + batch - 1) / batch * epochs;
    long steps = Math.max(1, iterations * perBatch);
    return new RlStage(
        "rl",
        iterations,
        prompts,
        samples,
        batch,
        epochs,
        LearningRateSchedule.cosine(rate, rate / 20, Math.min(WARM_UP, steps / 2), steps),
        samples == 1
            ? Algorithm.stableReinforce()
            : Algorithm.stableReinforce().advantages(Advantages.reinforceBaseline().normalised()),
        SEED);
  }

  /**
   * Gets better at that way: 1,024 rollouts a step, because most of a smaller batch's gradient is
   * noise, against the mean of each pair's eight. No filter: where most groups agree, it would take
   * away the one wrong answer of eight.
   */
  static RlStage refining(long iterations) {
    return new RlStage(
        "second",
        iterations,
        128,
        8,
        1024,
        1,
        LearningRateSchedule.constant(SECOND_RATE).warmup(SECOND_WARM_UP),
        Algorithm.stableReinforce().advantages(Advantages.reinforceBaseline().normalised()),
        SEED + 1);
  }
}
