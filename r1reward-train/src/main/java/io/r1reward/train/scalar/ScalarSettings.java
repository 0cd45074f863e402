package io.r1reward.train.scalar;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.train.optim.LearningRateSchedule;
import io.r1reward.train.run.RunSettings;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the training of a scalar judge.
 *
 * @param steps optimiser steps
 * @param batch pairs per step, over all devices
 * @param headUnits outputs of the first of the head's two layers; 0 for one linear layer
 * @param headSchedule learning rate of the head; that of the network stands in {@code run}
 * @param loss on the numbers of a pair
 * @param run what it shares with other runs
 */
public record ScalarSettings(
    long steps,
    int batch,
    int headUnits,
    LearningRateSchedule headSchedule,
    ScoreLoss loss,
    RunSettings run) {

  /** Checks the ranges. */
  public ScalarSettings {
    RunSettings.atLeast(1, "steps", steps);
    RunSettings.atLeast(1, "batch", batch);
    RunSettings.atLeast(0, "headUnits", headUnits);
  }

  /** Starts settings for so many steps. */
  public static Builder builder(long steps) {
    RunSettings.atLeast(1, "steps", steps);
    return new Builder(steps);
  }

  private static LearningRateSchedule cosine(double rate, long steps) {
    return LearningRateSchedule.cosine(
        rate, 0, LearningRateSchedule.warmupSteps(0.03, steps), steps);
  }

  /**
   * Collects settings. Not thread-safe. Defaults, beside those of {@link RunSettings.Builder}: 64
   * pairs a step, a linear head, learning rate 1e-5 of the network and 1e-4 of the head, which
   * starts from nothing, each with 3 % warm-up, rounded up, and a cosine to 0; {@link BradleyTerry}
   * without a margin.
   */
  public static final class Builder extends RunSettings.Builder<Builder> {
    private final long steps;
    private int batch = 64;
    private int headUnits;
    private @Nullable LearningRateSchedule headSchedule;
    private ScoreLoss loss = BradleyTerry.create();

    private Builder(long steps) {
      super(total -> cosine(1e-5, total));
      this.steps = steps;
    }

    @Override
    protected Builder self() {
      return this;
    }

    /** Pairs per step, over all devices. */
    @CanIgnoreReturnValue
    public Builder batch(int pairs) {
      batch = pairs;
      return this;
    }

    /** Makes a head of two layers with SiLU between them, the first with so many outputs. */
    @CanIgnoreReturnValue
    public Builder headUnits(int units) {
      headUnits = units;
      return this;
    }

    /** Learning rate of the head at each optimiser step. */
    @CanIgnoreReturnValue
    public Builder headSchedule(LearningRateSchedule rates) {
      headSchedule = requireNonNull(rates, "headSchedule");
      return this;
    }

    /** What is made small. */
    @CanIgnoreReturnValue
    public Builder loss(ScoreLoss wanted) {
      loss = requireNonNull(wanted, "loss");
      return this;
    }

    /**
     * Returns the settings.
     *
     * @throws io.r1reward.InvalidInputException if a number is out of its range
     */
    public ScalarSettings build() {
      LearningRateSchedule ofHead = headSchedule == null ? cosine(1e-4, steps) : headSchedule;
      return new ScalarSettings(steps, batch, headUnits, ofHead, loss, common(steps));
    }
  }
}
