package io.r1reward.train.sft;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.train.optim.LearningRateSchedule;
import io.r1reward.train.run.RunSettings;

/**
 * Settings of supervised fine-tuning.
 *
 * @param steps optimiser steps
 * @param batch samples per step, over all devices
 * @param run what it shares with other runs
 */
public record SftSettings(long steps, int batch, RunSettings run) {

  /** Checks the ranges. */
  public SftSettings {
    RunSettings.atLeast(1, "steps", steps);
    RunSettings.atLeast(1, "batch", batch);
  }

  /**
   * Starts settings for so many steps; the paper makes one pass: the number of samples over 256.
   */
  public static Builder builder(long steps) {
    RunSettings.atLeast(1, "steps", steps);
    return new Builder(steps);
  }

  /**
   * Collects settings. Not thread-safe. Defaults, beside those of {@link RunSettings.Builder}, the
   * paper's where it says: batch 256, learning rate 1e-5 with 3 % warm-up, rounded up, and a cosine
   * to 0.
   */
  public static final class Builder extends RunSettings.Builder<Builder> {
    private final long steps;
    private int batch = 256;

    private Builder(long steps) {
      super(
          total ->
              LearningRateSchedule.cosine(
                  1e-5, 0, LearningRateSchedule.warmupSteps(0.03, total), total));
      this.steps = steps;
    }

    @Override
    protected Builder self() {
      return this;
    }

    /** Samples per step, over all devices. */
    @CanIgnoreReturnValue
    public Builder batch(int samples) {
      batch = samples;
      return this;
    }

    /**
     * Returns the settings.
     *
     * @throws io.r1reward.InvalidInputException if a number is out of its range
     */
    public SftSettings build() {
      return new SftSettings(steps, batch, common(steps));
    }
  }
}
