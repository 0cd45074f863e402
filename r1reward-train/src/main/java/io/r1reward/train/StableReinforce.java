package io.r1reward.train;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableSortedMap;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.InvalidInputException;
import io.r1reward.train.advantage.AdvantageEstimator;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.loss.ClippedSurrogate;
import io.r1reward.train.loss.PolicyLoss;
import io.r1reward.train.loss.PreClip;
import io.r1reward.train.reward.ConsistencyJudge;
import io.r1reward.train.reward.Rewards;
import io.r1reward.train.rl.Algorithm;
import io.r1reward.train.rl.ReinforcementLoop;
import io.r1reward.train.rl.RlSettings;
import io.r1reward.train.rl.RolloutCollector;
import io.r1reward.train.run.TrainingException;

/**
 * Trains a judge with StableReinforce (arXiv 2505.02835), or with any other {@link Algorithm} of
 * its family. A run that was stopped at any moment goes on from its newest checkpoint when it is
 * fitted again with the same settings.
 *
 * <pre>{@code
 * StableReinforce trainer = StableReinforce.builder()
 *     .policy(checkpoint).run(folder)
 *     .lora(Lora.rank(64)).device("cuda:0")
 *     .reward(Rewards.paper(judge))
 *     .settings(RlSettings.paper(100).build())
 *     .listener(TensorBoard.to(folder.resolve("events"))).build();
 * TrainingRun run = trainer.fit(PreferenceDataset.jsonl(path));
 * }</pre>
 *
 * <p>When a run goes on, these may differ: the number of iterations, devices, threads, the folder
 * that the policy lies in, whatever trades memory for time (token budget, gradient checkpointing,
 * head rows, rollout rows, the optimiser's place), the learning rates, checkpoint and evaluation
 * intervals, held-out pairs, listeners, bounds that only end a run, what becomes of rewards that
 * are not finite, the number format of the judge, sampler and prompt protocol. The rest is compared
 * by content, and a difference is refused by its name: the policy's files, data, seed, adapters,
 * bfloat16, vision tower, pixels, the algorithm's parts with all of their numbers, rewards and
 * their weights, temperature, completion limit, batch sizes and the optimiser. A lambda counts by
 * the class it is written in and the values it captures; make two that shall be told apart records
 * or classes.
 *
 * <p>Not thread-safe.
 */
public final class StableReinforce {
  private final TrainerSettings settings;
  private final RlSettings rl;
  private final Algorithm algorithm;
  private final Rewards rewards;

  private StableReinforce(Builder builder) {
    this.settings = builder.frozen();
    this.rl = builder.rl;
    this.algorithm = builder.algorithm;
    this.rewards = builder.rewards;
  }

  /** Starts a trainer with the paper's defaults; policy and run folder are required. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Starts a trainer with the released script's defaults, where they differ from the paper's: its
   * filter, a KL of 1e-3 in the reward, rewards of −1 for an inconsistent judgement, {@link
   * RlSettings#released}, bfloat16, gradient checkpointing and the optimiser in host memory.
   *
   * @param iterations rollout batches of 256 judgements
   * @param judge of consistency; the script asks a large model over HTTP
   */
  public static Builder released(long iterations, ConsistencyJudge judge) {
    return builder()
        .algorithm(Algorithm.stableReinforceReleased())
        .settings(RlSettings.released(iterations).build())
        .reward(Rewards.released(judge))
        .bfloat16(true)
        .gradientCheckpointing(1)
        .offloadOptimiser(true);
  }

  /**
   * Trains until all iterations are done, and exports the judge.
   *
   * @param data pairs with labels; balance them first (see {@link PreferenceDataset#balanced});
   *     begun again at its end
   * @throws io.r1reward.InvalidInputException if policy or run folder are missing, a setting is out
   *     of its range, the run folder holds a checkpoint of other settings, more samples than {@code
   *     badData} allows cannot be used, or weights, gradients and optimiser cannot fit into the
   *     memory of the CPU
   * @throws io.r1reward.EngineException if memory runs out, naming the settings to lower
   * @throws TrainingException if too many steps in a row were not finite, naming the last good
   *     checkpoint, or if one of several devices failed, naming it
   * @throws io.r1reward.CancelledException if the calling thread was interrupted
   */
  public TrainingRun fit(PreferenceDataset data) {
    try (TrainingSession session =
        TrainingSession.open(settings, algorithm.needsReference(), rl.run(), rl)) {
      ReinforcementLoop loop =
          new ReinforcementLoop(
              session.policy(),
              session.reference(),
              new RolloutCollector(session.encoder(), session.sampler(), rewards),
              algorithm,
              rl,
              session.checkpoints(),
              settings.listeners(),
              session.heldOut(rl.maxNewTokens()),
              fingerprint(session.fingerprint()));
      return session.export(loop.fit(data));
    }
  }

  /** What must be the same when a run goes on; the class comment lists what need not. */
  private ImmutableSortedMap<String, String> fingerprint(
      ImmutableSortedMap.Builder<String, String> common) {
    rewards
        .composition()
        .forEach((name, parts) -> common.put("reward." + name, SettingText.of(parts)));
    return common
        .put("algorithm", algorithm.name())
        .put("advantages", SettingText.of(algorithm.advantages()))
        .put("loss", SettingText.of(algorithm.loss()))
        .put("aggregation", SettingText.of(algorithm.aggregation()))
        .put("kl", SettingText.of(algorithm.kl()))
        .put("dynamic_sampling", algorithm.dynamicSampling() + ", rounds " + rl.maxRounds())
        .put("rollouts", rl.prompts() + " x " + rl.samples())
        .put("temperature", Double.toString(rl.temperature()))
        .put("max_new_tokens", Integer.toString(rl.maxNewTokens()))
        .put("train", rl.trainBatch() + " x " + rl.epochs())
        .put("optimiser", rl.run().optimiser().toString())
        .put("seed", Long.toString(rl.run().seed()))
        .buildOrThrow();
  }

  /**
   * Settings of a trainer. Not thread-safe. Defaults, beside those of {@link TrainerBuilder}:
   *
   * <ul>
   *   <li>algorithm: {@link Algorithm#stableReinforce()}
   *   <li>sizes and rates: {@link RlSettings#paper} with 100 iterations
   *   <li>reward: {@link Rewards#paper} with consistency judged by rules
   * </ul>
   */
  public static final class Builder extends TrainerBuilder<Builder> {
    private Algorithm algorithm = Algorithm.stableReinforce();
    private RlSettings rl = RlSettings.paper(100).build();
    private Rewards rewards = Rewards.paper(ConsistencyJudge.rules());

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /** The algorithm; later calls of the parts replace parts of it. */
    @CanIgnoreReturnValue
    public Builder algorithm(Algorithm which) {
      algorithm = requireNonNull(which, "algorithm");
      return this;
    }

    /** How rewards become advantages. */
    @CanIgnoreReturnValue
    public Builder advantages(AdvantageEstimator estimator) {
      algorithm = algorithm.advantages(requireNonNull(estimator, "advantages"));
      return this;
    }

    /** The policy loss. */
    @CanIgnoreReturnValue
    public Builder loss(PolicyLoss function) {
      algorithm = algorithm.loss(requireNonNull(function, "loss"));
      return this;
    }

    /**
     * Pre-CLIP of the surrogate loss.
     *
     * @throws InvalidInputException if the loss is another
     */
    @CanIgnoreReturnValue
    public Builder preClip(PreClip bounds) {
      return loss(surrogate().preClip(bounds));
    }

    /**
     * ε of the surrogate loss, on both sides.
     *
     * @throws InvalidInputException if the loss is another, or ε is not in [0, 1]
     */
    @CanIgnoreReturnValue
    public Builder clipRange(double epsilon) {
      return loss(surrogate().clip(epsilon));
    }

    private ClippedSurrogate surrogate() {
      if (algorithm.loss() instanceof ClippedSurrogate surrogate) {
        return surrogate;
      }
      throw new InvalidInputException(
          "Pre-CLIP and clip range belong to ClippedSurrogate, the loss is " + algorithm.loss());
    }

    /** What a judgement is worth. */
    @CanIgnoreReturnValue
    public Builder reward(Rewards composition) {
      rewards = requireNonNull(composition, "reward");
      return this;
    }

    /** Sizes and rates. */
    @CanIgnoreReturnValue
    public Builder settings(RlSettings sizes) {
      rl = requireNonNull(sizes, "settings");
      return this;
    }

    /**
     * Returns a trainer that later changes of this builder do not reach.
     *
     * @throws InvalidInputException if a setting of the network is out of its range, or the
     *     algorithm compares the completions of a prompt and the settings ask for one of each
     */
    public StableReinforce build() {
      algorithm.requireSamples(rl.samples());
      return new StableReinforce(this);
    }
  }
}
