package io.r1reward.train;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.run.TrainingException;
import io.r1reward.train.sft.SftSettings;
import io.r1reward.train.sft.SupervisedTrainer;
import org.jspecify.annotations.Nullable;

/**
 * Teaches a judge to write judgements like those it is shown: the long-CoT cold start before
 * reinforcement learning (arXiv 2505.02835, §4.1). A run that was stopped at any moment goes on
 * from its newest checkpoint when it is fitted again with the same settings.
 *
 * <p>The number of steps, batch size, seed, optimiser, adapters, bfloat16, vision tower, pixels,
 * data and the policy's content are compared; devices, threads, the policy's place, token budget,
 * learning rates, intervals, held-out pairs and listeners may change.
 *
 * <pre>{@code
 * TrainingRun cold = SupervisedFineTuning.builder()
 *     .policy(checkpoint).run(folder)
 *     .lora(Lora.rank(64)).device("cuda:0")
 *     .settings(SftSettings.builder(800).build())
 *     .listener(ProgressLog.every(10)).build()
 *     .fit(PreferenceDataset.jsonl(judgements));
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class SupervisedFineTuning {
  private final TrainerSettings settings;
  private final @Nullable SftSettings sizes;
  private final int maxNewTokens;

  private SupervisedFineTuning(Builder builder) {
    this.settings = builder.frozen();
    this.sizes = builder.sft;
    this.maxNewTokens = builder.maxNewTokens;
  }

  /** Starts a trainer; policy, run folder and settings are required. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Trains until all steps are done, and exports the judge.
   *
   * @param data pairs whose attribute {@link PreferenceSample#JUDGEMENT} is the text to learn;
   *     begun again at its end
   * @throws io.r1reward.InvalidInputException if something required is missing, more samples than
   *     {@code badData} allows cannot be used or have no judgement, the run folder holds a
   *     checkpoint of other settings, or weights, gradients and optimiser cannot fit into the
   *     memory of the CPU
   * @throws io.r1reward.EngineException if memory runs out, naming the settings to lower
   * @throws TrainingException if too many steps in a row were not finite, naming the last good
   *     checkpoint, or if one of several devices failed, naming it
   * @throws io.r1reward.CancelledException if the calling thread was interrupted
   */
  public TrainingRun fit(PreferenceDataset data) {
    SftSettings sft = TrainingSession.given(sizes, "number of steps (settings)");
    try (TrainingSession session = TrainingSession.open(settings, false, sft.run(), null)) {
      return session.export(
          new SupervisedTrainer(
                  session.policy(),
                  session.encoder(),
                  sft,
                  session.checkpoints(),
                  settings.listeners(),
                  session.heldOut(maxNewTokens),
                  session.fingerprint().buildOrThrow())
              .fit(data));
    }
  }

  /**
   * Settings of a trainer. Not thread-safe. Defaults, beside those of {@link TrainerBuilder}:
   * held-out judgements of at most 1,024 tokens.
   */
  public static final class Builder extends TrainerBuilder<Builder> {
    private @Nullable SftSettings sft;
    private int maxNewTokens = 1024;

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /** Steps, sizes and rates. Required. */
    @CanIgnoreReturnValue
    public Builder settings(SftSettings sizes) {
      sft = requireNonNull(sizes, "settings");
      return this;
    }

    /** Limit of a held-out judgement, in tokens. */
    @CanIgnoreReturnValue
    public Builder maxNewTokens(int tokens) {
      maxNewTokens = tokens;
      return this;
    }

    /**
     * Returns a trainer that later changes of this builder do not reach.
     *
     * @throws io.r1reward.InvalidInputException if a setting of the network is out of its range
     */
    public SupervisedFineTuning build() {
      return new SupervisedFineTuning(this);
    }
  }
}
