package io.r1reward.train.run;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.InvalidInputException;
import io.r1reward.train.data.BadData;
import io.r1reward.train.optim.AdamWSettings;
import io.r1reward.train.optim.LearningRateSchedule;
import java.util.function.LongFunction;

/**
 * What supervised fine-tuning and reinforcement learning have in common: how weights are stepped,
 * and how often a run is measured and saved. Intervals are in steps of the run: optimiser steps of
 * supervised fine-tuning, iterations of reinforcement learning.
 *
 * @param tokenBudget most tokens of a micro-batch, filling included; a longer row still gets its
 *     own
 * @param schedule learning rate of each optimiser step
 * @param optimiser of the weights
 * @param seed of everything that is drawn
 * @param evaluateEvery steps between measurements on held-out pairs; 0 for the end alone
 * @param checkpointEvery steps between checkpoints; 0 for the end alone
 * @param keepCheckpoints how many of the newest checkpoints stay, beside the best
 * @param maxSkippedInARow optimiser steps in a row that may be skipped because loss or gradient was
 *     not finite
 * @param badData how many samples may be left out because they cannot be read or encoded
 */
public record RunSettings(
    int tokenBudget,
    LearningRateSchedule schedule,
    AdamWSettings optimiser,
    long seed,
    long evaluateEvery,
    long checkpointEvery,
    int keepCheckpoints,
    int maxSkippedInARow,
    BadData badData) {

  /** Checks the ranges. */
  public RunSettings {
    atLeast(1, "tokenBudget", tokenBudget);
    atLeast(0, "evaluateEvery", evaluateEvery);
    atLeast(0, "checkpointEvery", checkpointEvery);
    atLeast(1, "keepCheckpoints", keepCheckpoints);
    atLeast(0, "maxSkippedInARow", maxSkippedInARow);
  }

  /**
   * Checks a setting.
   *
   * @throws InvalidInputException if it is below the least it can be
   */
  public static void atLeast(long least, String name, long value) {
    if (value < least) {
      throw new InvalidInputException(name + " must be at least " + least + ", got " + value);
    }
  }

  /** Says whether held-out pairs, where there are any, are judged after a step. */
  public boolean evaluatesAfter(long step, long last) {
    return due(evaluateEvery, step, last);
  }

  /** Says whether a checkpoint is written after a step. */
  public boolean savesAfter(long step, long last) {
    return due(checkpointEvery, step, last);
  }

  private static boolean due(long every, long step, long last) {
    return step == last || (every > 0 && step % every == 0);
  }

  /**
   * The part of a settings builder that all runs share. Not thread-safe. Defaults: 16,384 tokens
   * per micro-batch, AdamW with betas 0.9 and 0.95 and clipping at norm 1, seed 0, measurement and
   * checkpoint at the end, 2 kept, 10 skipped steps in a row, {@link BadData#SKIP}.
   *
   * @param <B> the builder itself
   */
  public abstract static class Builder<B extends Builder<B>> {
    private LongFunction<LearningRateSchedule> schedule;
    private int tokenBudget = 16_384;
    private AdamWSettings optimiser = AdamWSettings.DEFAULT;
    private long seed;
    private long evaluateEvery;
    private long checkpointEvery;
    private int keepCheckpoints = 2;
    private int maxSkippedInARow = 10;
    private BadData badData = BadData.SKIP;

    /**
     * Starts with a learning rate.
     *
     * @param schedule from the number of optimiser steps of the whole run, which is known when the
     *     settings are built
     */
    protected Builder(LongFunction<LearningRateSchedule> schedule) {
      this.schedule = schedule;
    }

    /** Returns this builder. */
    protected abstract B self();

    /** Most tokens of a micro-batch, prompts and filling included. Lower it to save memory. */
    @CanIgnoreReturnValue
    public B tokenBudget(int tokens) {
      tokenBudget = tokens;
      return self();
    }

    /** Learning rate of each optimiser step. */
    @CanIgnoreReturnValue
    public B schedule(LearningRateSchedule rates) {
      requireNonNull(rates, "schedule");
      schedule = steps -> rates;
      return self();
    }

    /** Settings of the optimiser. */
    @CanIgnoreReturnValue
    public B optimiser(AdamWSettings settings) {
      optimiser = requireNonNull(settings, "optimiser");
      return self();
    }

    /** Seed of everything that is drawn: rollouts, shuffling, adapters' start and dropout. */
    @CanIgnoreReturnValue
    public B seed(long value) {
      seed = value;
      return self();
    }

    /** Steps between measurements on held-out pairs; 0 for the end alone. */
    @CanIgnoreReturnValue
    public B evaluateEvery(long count) {
      evaluateEvery = count;
      return self();
    }

    /** Steps between checkpoints (0: the end alone), and how many of the newest stay. */
    @CanIgnoreReturnValue
    public B checkpoints(long every, int keep) {
      checkpointEvery = every;
      keepCheckpoints = keep;
      return self();
    }

    /** Optimiser steps in a row that may be skipped; one more ends the run. */
    @CanIgnoreReturnValue
    public B maxSkippedInARow(int count) {
      maxSkippedInARow = count;
      return self();
    }

    /** How many samples may be left out; {@link BadData#STRICT} ends the run at the first. */
    @CanIgnoreReturnValue
    public B badData(BadData limit) {
      badData = requireNonNull(limit, "badData");
      return self();
    }

    /**
     * Returns the shared part.
     *
     * @param optimiserSteps of the whole run
     */
    protected RunSettings common(long optimiserSteps) {
      return new RunSettings(
          tokenBudget,
          schedule.apply(optimiserSteps),
          optimiser,
          seed,
          evaluateEvery,
          checkpointEvery,
          keepCheckpoints,
          maxSkippedInARow,
          badData);
    }
  }
}
