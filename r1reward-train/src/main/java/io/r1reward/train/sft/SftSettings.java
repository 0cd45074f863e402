package io.r1reward.train.sft;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.InvalidInputException;
import io.r1reward.train.optim.AdamWSettings;
import io.r1reward.train.optim.LearningRateSchedule;

/**
 * Settings of supervised fine-tuning.
 *
 * @param steps optimiser steps
 * @param batch samples per step
 * @param tokenBudget most tokens of a micro-batch, filling included
 * @param schedule learning rate of each step
 * @param optimiser of the weights
 * @param seed of adapters' dropout
 * @param evaluateEvery steps between measurements on held-out pairs; 0 for none
 * @param checkpointEvery steps between checkpoints; 0 for the end alone
 * @param keepCheckpoints how many of the newest checkpoints stay, beside the best
 * @param maxSkippedInARow steps in a row that may be skipped for a non-finite gradient
 */
public record SftSettings(
    long steps,
    int batch,
    int tokenBudget,
    LearningRateSchedule schedule,
    AdamWSettings optimiser,
    long seed,
    long evaluateEvery,
    long checkpointEvery,
    int keepCheckpoints,
    int maxSkippedInARow) {

  /** Checks the ranges. */
  public SftSettings {
    if (steps < 1 || batch < 1 || tokenBudget < 1) {
      throw new InvalidInputException(
          "steps, batch and token budget must be at least 1, got "
              + steps
              + ", "
              + batch
              + " and "
              + tokenBudget);
    }
  }

  /** Starts settings for so many steps. */
  public static Builder builder(long steps) {
    return new Builder(steps);
  }

  /**
   * Collects settings. Not thread-safe. Defaults, the paper's where it says: batch 256, learning
   * rate 1e-5 with 3 % warm-up and cosine, 16,384 tokens per micro-batch, seed 0, no measurements,
   * a checkpoint at the end, 2 kept, 10 skipped steps in a row.
   */
  public static final class Builder {
    private final long steps;
    private int batch = 256;
    private int tokenBudget = 16_384;
    private LearningRateSchedule schedule;
    private AdamWSettings optimiser = AdamWSettings.DEFAULT;
    private long seed;
    private long evaluateEvery;
    private long checkpointEvery;
    private int keepCheckpoints = 2;
    private int maxSkippedInARow = 10;

    private Builder(long steps) {
      this.steps = steps;
      this.schedule = LearningRateSchedule.cosine(1e-5, 0, Math.min(steps, 3 * steps / 100), steps);
    }

    /** Samples per step. */
    @CanIgnoreReturnValue
    public Builder batch(int samples) {
      batch = samples;
      return this;
    }

    /** Most tokens of a micro-batch. */
    @CanIgnoreReturnValue
    public Builder tokenBudget(int tokens) {
      tokenBudget = tokens;
      return this;
    }

    /** Learning rate of each step. */
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

    /** Seed of adapters' dropout. */
    @CanIgnoreReturnValue
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Steps between measurements on held-out pairs. */
    @CanIgnoreReturnValue
    public Builder evaluateEvery(long count) {
      evaluateEvery = count;
      return this;
    }

    /** Steps between checkpoints, and how many of the newest stay. */
    @CanIgnoreReturnValue
    public Builder checkpoints(long every, int keep) {
      checkpointEvery = every;
      keepCheckpoints = keep;
      return this;
    }

    /** Steps in a row that may be skipped. */
    @CanIgnoreReturnValue
    public Builder maxSkippedInARow(int count) {
      maxSkippedInARow = count;
      return this;
    }

    /** Returns the settings. */
    public SftSettings build() {
      return new SftSettings(
          steps,
          batch,
          tokenBudget,
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
