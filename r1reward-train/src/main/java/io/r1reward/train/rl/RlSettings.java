package io.r1reward.train.rl;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.InvalidInputException;
import io.r1reward.train.optim.AdamWSettings;
import io.r1reward.train.optim.LearningRateSchedule;

/**
 * Sizes and rates of reinforcement learning.
 *
 * @param iterations rollout batches
 * @param prompts prompts per rollout batch
 * @param samples completions per prompt
 * @param trainBatch rollouts per optimiser step
 * @param epochs passes over each rollout batch
 * @param temperature of the rollouts
 * @param maxNewTokens limit of a completion
 * @param tokenBudget most tokens of a micro-batch, filling included
 * @param maxRounds with dynamic sampling: most rollout rounds per iteration
 * @param schedule learning rate of each optimiser step
 * @param optimiser of the weights
 * @param seed of rollouts and shuffling
 * @param evaluateEvery iterations between measurements on held-out pairs; 0 for none
 * @param checkpointEvery iterations between checkpoints; 0 for the end alone
 * @param keepCheckpoints how many of the newest checkpoints stay, beside the best
 * @param maxSkippedInARow optimiser steps in a row that may be skipped
 */
public record RlSettings(
    long iterations,
    int prompts,
    int samples,
    int trainBatch,
    int epochs,
    double temperature,
    int maxNewTokens,
    int tokenBudget,
    int maxRounds,
    LearningRateSchedule schedule,
    AdamWSettings optimiser,
    long seed,
    long evaluateEvery,
    long checkpointEvery,
    int keepCheckpoints,
    int maxSkippedInARow) {

  /** Checks the ranges. */
  public RlSettings {
    positive("iterations", iterations);
    positive("prompts", prompts);
    positive("samples", samples);
    positive("trainBatch", trainBatch);
    positive("epochs", epochs);
    positive("maxNewTokens", maxNewTokens);
    positive("tokenBudget", tokenBudget);
    positive("maxRounds", maxRounds);
    if (!(temperature > 0)) {
      throw new InvalidInputException("temperature must be positive, got " + temperature);
    }
  }

  private static void positive(String name, long value) {
    if (value < 1) {
      throw new InvalidInputException(name + " must be at least 1, got " + value);
    }
  }

  /** The paper's: rollout batch 256, train batch 128, 5 epochs, learning rate 1e-6. */
  public static Builder paper(long iterations) {
    return new Builder(iterations);
  }

  /**
   * The released script's: one epoch, learning rate 3e-7 with 3 % warm-up and cosine to a tenth,
   * completions of at most 1,024 tokens.
   */
  public static Builder released(long iterations) {
    Builder builder = new Builder(iterations);
    builder.epochs = 1;
    long steps = 2 * iterations;
    builder.schedule = LearningRateSchedule.cosine(3e-7, 3e-8, 3 * steps / 100, steps);
    return builder;
  }

  /**
   * Collects settings. Not thread-safe. Defaults, beside those of the preset: 1 sample per prompt,
   * temperature 1, 1,024 new tokens, 16,384 tokens per micro-batch, 4 rounds of dynamic sampling,
   * AdamW with betas 0.9 and 0.95 and clipping at norm 1, seed 0, no measurements, a checkpoint at
   * the end, 2 kept, 10 skipped steps in a row.
   */
  public static final class Builder {
    private final long iterations;
    private int prompts = 256;
    private int samples = 1;
    private int trainBatch = 128;
    private int epochs = 5;
    private double temperature = 1;
    private int maxNewTokens = 1024;
    private int tokenBudget = 16_384;
    private int maxRounds = 4;
    private LearningRateSchedule schedule = LearningRateSchedule.constant(1e-6);
    private AdamWSettings optimiser = AdamWSettings.DEFAULT;
    private long seed;
    private long evaluateEvery;
    private long checkpointEvery;
    private int keepCheckpoints = 2;
    private int maxSkippedInARow = 10;

    private Builder(long iterations) {
      this.iterations = iterations;
    }

    /** Prompts per rollout batch, and completions of each. */
    @CanIgnoreReturnValue
    public Builder rollouts(int promptCount, int samplesPerPrompt) {
      prompts = promptCount;
      samples = samplesPerPrompt;
      return this;
    }

    /** Rollouts per optimiser step, and passes over each rollout batch. */
    @CanIgnoreReturnValue
    public Builder train(int batch, int passes) {
      trainBatch = batch;
      epochs = passes;
      return this;
    }

    /** Temperature of the rollouts. */
    @CanIgnoreReturnValue
    public Builder temperature(double value) {
      temperature = value;
      return this;
    }

    /** Limit of a completion. */
    @CanIgnoreReturnValue
    public Builder maxNewTokens(int tokens) {
      maxNewTokens = tokens;
      return this;
    }

    /** Most tokens of a micro-batch. */
    @CanIgnoreReturnValue
    public Builder tokenBudget(int tokens) {
      tokenBudget = tokens;
      return this;
    }

    /** With dynamic sampling: most rollout rounds per iteration. */
    @CanIgnoreReturnValue
    public Builder maxRounds(int rounds) {
      maxRounds = rounds;
      return this;
    }

    /** Learning rate of each optimiser step. */
    @CanIgnoreReturnValue
    public Builder schedule(LearningRateSchedule rates) {
      schedule = rates;
      return this;
    }

    /** Settings of the optimiser. */
    @CanIgnoreReturnValue
    public Builder optimiser(AdamWSettings settings) {
      optimiser = settings;
      return this;
    }

    /** Seed of rollouts and shuffling. */
    @CanIgnoreReturnValue
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Iterations between measurements on held-out pairs. */
    @CanIgnoreReturnValue
    public Builder evaluateEvery(long count) {
      evaluateEvery = count;
      return this;
    }

    /** Iterations between checkpoints, and how many of the newest stay. */
    @CanIgnoreReturnValue
    public Builder checkpoints(long every, int keep) {
      checkpointEvery = every;
      keepCheckpoints = keep;
      return this;
    }

    /** Optimiser steps in a row that may be skipped. */
    @CanIgnoreReturnValue
    public Builder maxSkippedInARow(int count) {
      maxSkippedInARow = count;
      return this;
    }

    /** Returns the settings. */
    public RlSettings build() {
      return new RlSettings(
          iterations,
          prompts,
          samples,
          trainBatch,
          epochs,
          temperature,
          maxNewTokens,
          tokenBudget,
          maxRounds,
          schedule,
          optimiser,
          seed,
          evaluateEvery,
          checkpointEvery,
          keepCheckpoints,
          maxSkippedInARow);
    }
  }
}
