package io.r1reward.train;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.InvalidInputException;
import io.r1reward.core.judge.ScalarRewardModel;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.run.RunState;
import io.r1reward.train.run.TrainingException;
import io.r1reward.train.scalar.ScalarSettings;
import io.r1reward.train.scalar.ScalarTrainer;
import org.jspecify.annotations.Nullable;

/**
 * Makes a scalar judge of a checkpoint: a value head and the network below it learn from labelled
 * pairs to give the better response the larger number (Ouyang et al., arXiv 2203.02155, §3.5). The
 * folder that comes out is opened like any other; {@code value_head.safetensors} in it makes it
 * score by numbers. A run that was stopped at any moment goes on from its newest checkpoint when it
 * is fitted again with the same settings.
 *
 * <p>The head starts from seeded random weights, also where the checkpoint has one. Compared
 * settings are those of {@link SupervisedFineTuning}, the head's size and the loss. The protocol,
 * sampler and rollout rows of {@link TrainerBuilder} have nothing to act on: nothing is generated.
 *
 * <pre>{@code
 * TrainingRun run = ScalarFineTuning.builder()
 *     .policy(checkpoint).run(folder)
 *     .lora(Lora.rank(64)).device("cuda:0")
 *     .settings(ScalarSettings.builder(800).build())
 *     .listener(ProgressLog.every(10)).build()
 *     .fit(PreferenceDataset.jsonl(pairs));
 * RewardModel judge = RewardModel.load(run.checkpoint());
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class ScalarFineTuning {
  private final TrainerSettings settings;
  private final @Nullable ScalarSettings sizes;

  private ScalarFineTuning(Builder builder) {
    this.settings = builder.frozen();
    this.sizes = builder.scalar;
  }

  /** Starts a trainer; policy, run folder and settings are required. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Trains until all steps are done, and exports the judge.
   *
   * @param data labelled pairs, begun again at its end
   * @throws io.r1reward.InvalidInputException if something required is missing, or the run folder
   *     holds a checkpoint of other settings
   * @throws io.r1reward.EngineException if memory runs out, naming the settings to lower
   * @throws TrainingException if too many steps in a row were not finite, naming the last good
   *     checkpoint, or if one of several devices failed, naming it
   * @throws io.r1reward.CancelledException if the calling thread was interrupted
   */
  public TrainingRun fit(PreferenceDataset data) {
    ScalarSettings scalar = TrainingSession.given(sizes, "number of steps (settings)");
    if (settings.cluster() != null) {
      throw new InvalidInputException("scalar models are not trained on a cluster, one was given");
    }
    try (TrainingSession session = TrainingSession.open(settings, false, scalar.run(), null)) {
      ScalarTrainer trainer =
          new ScalarTrainer(
              session.policy(),
              session.encoder(),
              scalar,
              session.checkpoints(),
              settings.listeners(),
              session.heldOutPairs(),
              session.fingerprint().buildOrThrow());
      RunState state = trainer.fit(data);
      TrainingRun run = session.export(state);
      trainer.head().save(run.checkpoint().resolve(ScalarRewardModel.DEFAULT_FILE));
      return run;
    }
  }

  /** Settings of a trainer. Not thread-safe. Defaults are those of {@link TrainerBuilder}. */
  public static final class Builder extends TrainerBuilder<Builder> {
    private @Nullable ScalarSettings scalar;

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /** Steps, sizes, rates and loss. Required. */
    @CanIgnoreReturnValue
    public Builder settings(ScalarSettings sizes) {
      scalar = requireNonNull(sizes, "settings");
      return this;
    }

    /**
     * Returns a trainer that later changes of this builder do not reach.
     *
     * @throws io.r1reward.InvalidInputException if a setting of the network is out of its range
     */
    public ScalarFineTuning build() {
      return new ScalarFineTuning(this);
    }
  }
}
