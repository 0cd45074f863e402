package io.r1reward.train.rl;

import static java.util.Objects.requireNonNull;

import com.google.common.math.LongMath;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.InvalidInputException;
import io.r1reward.train.optim.LearningRateSchedule;
import io.r1reward.train.run.RunSettings;
import java.util.function.LongFunction;

/**
 * Sizes and rates of reinforcement learning.
 *
 * @param iterations rollout batches
 * @param prompts prompts per rollout batch
 * @param samples completions per prompt
 * @param trainBatch rollouts per optimiser step, over all devices
 * @param epochs passes over each rollout batch
 * @param temperature of the rollouts, positive; the policy that is trained is the one they come
 *     from, with its logits divided by it in every log-probability, the reference's too
 * @param maxNewTokens limit of a completion, in tokens
 * @param maxRounds with dynamic sampling: most rollout rounds per iteration
 * @param maxSamplerGap largest mean distance of the sampler's log-probabilities from the trainer's,
 *     as a share of the policy's entropy plus 0.1 nats; a run ends where it is more. bfloat16 stays
 *     below 0.02, a judge whose float32 weights were spoiled differed by 0.1 to 0.5
 * @param nonFiniteRewards what becomes of a rollout whose reward is NaN or infinite
 * @param run what it shares with other runs; its steps are iterations
 */
public record RlSettings(
    long iterations,
    int prompts,
    int samples,
    int trainBatch,
    int epochs,
    double temperature,
    int maxNewTokens,
    int maxRounds,
    double maxSamplerGap,
    NonFiniteRewards nonFiniteRewards,
    RunSettings run) {

  /** Checks the ranges. */
  public RlSettings {
    RunSettings.atLeast(1, "iterations", iterations);
    RunSettings.atLeast(1, "prompts", prompts);
    RunSettings.atLeast(1, "samples", samples);
    RunSettings.atLeast(1, "trainBatch", trainBatch);
    RunSettings.atLeast(1, "epochs", epochs);
    RunSettings.atLeast(1, "maxNewTokens", maxNewTokens);
    RunSettings.atLeast(1, "maxRounds", maxRounds);
    if (!(temperature > 0 && Double.isFinite(temperature))) {
      throw new InvalidInputException(
          "temperature must be positive and finite, got " + temperature);
    }
    if (!(maxSamplerGap > 0)) {
      throw new InvalidInputException("maxSamplerGap must be positive, got " + maxSamplerGap);
    }
  }

  /** The paper's: rollout batch 256, train batch 128, 5 epochs, learning rate 1e-6. */
  public static Builder paper(long iterations) {
    return new Builder(iterations, 5, total -> LearningRateSchedule.constant(1e-6));
  }

  /**
   * The released script's: one epoch, learning rate 3e-7 with 3 % warm-up, rounded up, and cosine
   * to a tenth over the run's optimiser steps, completions of at most 1,024 tokens. The steps are
   * counted when the settings are built: with the default batches two for each iteration.
   */
  public static Builder released(long iterations) {
    return new Builder(
        iterations,
        1,
        total ->
            LearningRateSchedule.cosine(
                3e-7, 3e-8, LearningRateSchedule.warmupSteps(0.03, total), total));
  }

  /**
   * Collects settings. Not thread-safe. Defaults, beside those of the preset and of {@link
   * RunSettings.Builder}: 256 prompts, 1 sample per prompt, train batch 128, temperature 1, 1,024
   * new tokens, 4 rounds of dynamic sampling, sampler gap 0.05, a reward that is not finite stops.
   */
  public static final class Builder extends RunSettings.Builder<Builder> {
    private final long iterations;
    private int prompts = 256;
    private int samples = 1;
    private int trainBatch = 128;
    private int epochs;
    private double temperature = 1;
    private int maxNewTokens = 1024;
    private int maxRounds = 4;
    private double maxSamplerGap = 0.05;
    private NonFiniteRewards nonFiniteRewards = NonFiniteRewards.STOP;

    private Builder(long iterations, int epochs, LongFunction<LearningRateSchedule> schedule) {
      super(schedule);
      this.iterations = iterations;
      this.epochs = epochs;
    }

    @Override
    protected Builder self() {
      return this;
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

    /** Limit of a completion, in tokens. */
    @CanIgnoreReturnValue
    public Builder maxNewTokens(int tokens) {
      maxNewTokens = tokens;
      return this;
    }

    /** With dynamic sampling: most rollout rounds per iteration. */
    @CanIgnoreReturnValue
    public Builder maxRounds(int rounds) {
      maxRounds = rounds;
      return this;
    }

    /** Largest distance between sampler and trainer; see {@link RlSettings}. */
    @CanIgnoreReturnValue
    public Builder maxSamplerGap(double share) {
      maxSamplerGap = share;
      return this;
    }

    /** What becomes of a rollout whose reward is NaN or infinite. */
    @CanIgnoreReturnValue
    public Builder nonFiniteRewards(NonFiniteRewards choice) {
      nonFiniteRewards = requireNonNull(choice, "nonFiniteRewards");
      return this;
    }

    /**
     * Returns the settings.
     *
     * @throws InvalidInputException if a number is out of its range
     */
    public RlSettings build() {
      return new RlSettings(
          iterations,
          prompts,
          samples,
          trainBatch,
          epochs,
          temperature,
          maxNewTokens,
          maxRounds,
          maxSamplerGap,
          nonFiniteRewards,
          common(optimiserSteps()));
    }

    /** Those of the run, the last batch of an epoch included; dynamic sampling may make fewer. */
    private long optimiserSteps() {
      long rollouts = (long) prompts * samples;
      long batches = rollouts / Math.max(1, trainBatch);
      if (rollouts % Math.max(1, trainBatch) > 0) {
        batches++;
      }
      // what is out of its range is refused by the settings, which name it
      return Math.max(
          0, LongMath.saturatedMultiply(iterations, LongMath.saturatedMultiply(batches, epochs)));
    }
  }
}
