package io.r1reward.train;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.InvalidInputException;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.checkpoint.DType;
import io.r1reward.core.protocol.JudgeProtocol;
import io.r1reward.core.protocol.R1RewardProtocol;
import io.r1reward.train.advantage.AdvantageEstimator;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.encode.SampleEncoder;
import io.r1reward.train.loss.ClippedSurrogate;
import io.r1reward.train.loss.PolicyLoss;
import io.r1reward.train.loss.PreClip;
import io.r1reward.train.metrics.TrainingListener;
import io.r1reward.train.model.AdapterFiles;
import io.r1reward.train.model.Lora;
import io.r1reward.train.model.NetworkFiles;
import io.r1reward.train.model.NetworkSettings;
import io.r1reward.train.model.PolicyNetwork;
import io.r1reward.train.policy.EngineSampler;
import io.r1reward.train.policy.HeldOut;
import io.r1reward.train.policy.PolicySampler;
import io.r1reward.train.reward.ConsistencyJudge;
import io.r1reward.train.reward.Rewards;
import io.r1reward.train.rl.Algorithm;
import io.r1reward.train.rl.ReinforcementLoop;
import io.r1reward.train.rl.RlSettings;
import io.r1reward.train.rl.RolloutCollector;
import io.r1reward.train.run.RunState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
 * <p>Not thread-safe.
 */
public final class StableReinforce {
  private final Builder settings;

  private StableReinforce(Builder settings) {
    this.settings = settings;
  }

  /** Starts a trainer; policy and run folder are required. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Trains until all iterations are done, and exports the judge.
   *
   * @param data pairs with labels; balance them first (see {@link PreferenceDataset#balanced})
   * @throws TrainingException if the run cannot go on
   */
  public TrainingRun fit(PreferenceDataset data) {
    Path policy = given(settings.policy, "policy");
    Path run = given(settings.run, "run folder");
    Path exported = run.resolve("judge");
    NetworkSettings network = networkSettings();
    try (Checkpoint checkpoint = Checkpoint.open(policy);
        SampleEncoder encoder = SampleEncoder.open(policy, settings.protocol, settings.maxPixels);
        PolicyNetwork trained = PolicyNetwork.load(checkpoint, network, settings.rl.run().seed());
        @Nullable PolicyNetwork reference = reference(checkpoint, network)) {
      if (settings.adapter != null) {
        AdapterFiles.restore(trained, settings.adapter);
      }
      PolicySampler sampler =
          settings.sampler != null
              ? settings.sampler
              : new EngineSampler(settings.rolloutRows, network.threads());
      ReinforcementLoop loop =
          new ReinforcementLoop(
              trained,
              reference,
              new RolloutCollector(encoder, sampler, settings.rewards),
              settings.algorithm,
              settings.rl,
              run.resolve("checkpoints"),
              ImmutableList.copyOf(settings.listeners),
              heldOut(encoder, sampler),
              fingerprint(policy, network));
      RunState state = loop.fit(data);
      export(trained, policy, exported);
      return new TrainingRun(state, exported);
    }
  }

  private NetworkSettings networkSettings() {
    if (settings.adapter != null) {
      settings.network.lora(AdapterFiles.settings(settings.adapter));
    }
    return settings.network.build();
  }

  /** With adapters the reference is the network without them; else it is loaded a second time. */
  private @Nullable PolicyNetwork reference(Checkpoint checkpoint, NetworkSettings network) {
    return settings.algorithm.needsReference() && network.lora() == null
        ? PolicyNetwork.load(checkpoint, network, settings.rl.run().seed())
        : null;
  }

  private @Nullable HeldOut heldOut(SampleEncoder encoder, PolicySampler sampler) {
    PreferenceDataset pairs = settings.heldOut;
    if (pairs == null) {
      return null;
    }
    try (Stream<PreferenceSample> samples = pairs.open()) {
      return new HeldOut(
          ImmutableList.copyOf(samples.toList()), encoder, sampler, settings.rl.maxNewTokens());
    }
  }

  private Map<String, String> fingerprint(Path policy, NetworkSettings network) {
    RlSettings rl = settings.rl;
    return ImmutableSortedMap.<String, String>naturalOrder()
        .put("algorithm", settings.algorithm.name())
        .put("policy", policy.toAbsolutePath().toString())
        .put("lora", String.valueOf(network.lora()))
        .put("bfloat16", Boolean.toString(network.bfloat16()))
        .put("train_vision", Boolean.toString(network.trainVision()))
        .put("rollouts", rl.prompts() + " x " + rl.samples())
        .put("train", rl.trainBatch() + " x " + rl.epochs())
        .put("optimiser", rl.run().optimiser().toString())
        .put("seed", Long.toString(rl.run().seed()))
        .buildOrThrow();
  }

  private void export(PolicyNetwork trained, Path policy, Path folder) {
    try {
      if (Files.isDirectory(folder)) {
        MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
      }
      // what a process that was killed while it exported has left
      try (DirectoryStream<Path> leftovers =
          Files.newDirectoryStream(folder.resolveSibling(""), "." + folder.getFileName() + ".*")) {
        for (Path leftover : leftovers) {
          MoreFiles.deleteRecursively(leftover, RecursiveDeleteOption.ALLOW_INSECURE);
        }
      }
      NetworkFiles.export(trained, policy, folder, settings.exportType);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot replace " + folder + ": " + e, e);
    }
  }

  private static <T> T given(@Nullable T value, String name) {
    if (value == null) {
      throw new InvalidInputException("training needs a " + name + ", none was given");
    }
    return value;
  }

  /**
   * Settings of a trainer. Not thread-safe. Defaults:
   *
   * <ul>
   *   <li>algorithm: {@link Algorithm#stableReinforce()}
   *   <li>sizes and rates: {@link RlSettings#paper} with 100 iterations
   *   <li>reward: {@link Rewards#paper} with consistency judged by rules
   *   <li>network: float32 on the first GPU or the CPU, all weights trained
   *   <li>protocol: {@link R1RewardProtocol}, pictures of at most 501,760 pixels
   *   <li>rollouts: the judging engine, 64 completions at a time
   *   <li>export: bfloat16
   * </ul>
   */
  public static final class Builder {
    private @Nullable Path policy;
    private @Nullable Path run;
    private @Nullable Path adapter;
    private final NetworkSettings.Builder network = NetworkSettings.builder();
    private Algorithm algorithm = Algorithm.stableReinforce();
    private RlSettings rl = RlSettings.paper(100).build();
    private Rewards rewards = Rewards.paper(ConsistencyJudge.rules());
    private JudgeProtocol protocol = R1RewardProtocol.create();
    private long maxPixels = SampleEncoder.TRAINING_MAX_PIXELS;
    private @Nullable PolicySampler sampler;
    private int rolloutRows = 64;
    private @Nullable PreferenceDataset heldOut;
    private DType exportType = DType.BF16;
    private final List<TrainingListener> listeners = new ArrayList<>();

    private Builder() {}

    /** Checkpoint folder to start from. Required. */
    @CanIgnoreReturnValue
    public Builder policy(Path checkpoint) {
      policy = requireNonNull(checkpoint, "policy");
      return this;
    }

    /** Folder of the run: its checkpoints, and the judge at the end. Required. */
    @CanIgnoreReturnValue
    public Builder run(Path folder) {
      run = requireNonNull(folder, "run");
      return this;
    }

    /** Trains adapters instead of the weights. */
    @CanIgnoreReturnValue
    public Builder lora(Lora adapters) {
      network.lora(adapters);
      return this;
    }

    /** Goes on with saved adapters, in PEFT's format. */
    @CanIgnoreReturnValue
    public Builder adapter(Path folder) {
      adapter = requireNonNull(folder, "adapter");
      return this;
    }

    /** {@code auto}, {@code cpu} or {@code cuda:N}. */
    @CanIgnoreReturnValue
    public Builder device(String name) {
      network.device(name);
      return this;
    }

    /** Computes in bfloat16, with float32 masters of what is trained. */
    @CanIgnoreReturnValue
    public Builder bfloat16(boolean wanted) {
      network.bfloat16(wanted);
      return this;
    }

    /** Whether the vision tower is trained. */
    @CanIgnoreReturnValue
    public Builder trainVision(boolean wanted) {
      network.trainVision(wanted);
      return this;
    }

    /** Keeps only every n-th layer's input; 0 keeps everything. */
    @CanIgnoreReturnValue
    public Builder gradientCheckpointing(int everyLayers) {
      network.checkpointLayers(everyLayers);
      return this;
    }

    /** Intra-op threads on a CPU. */
    @CanIgnoreReturnValue
    public Builder threads(int count) {
      network.threads(count);
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
      algorithm = algorithm.advantages(estimator);
      return this;
    }

    /** The policy loss. */
    @CanIgnoreReturnValue
    public Builder loss(PolicyLoss function) {
      algorithm = algorithm.loss(function);
      return this;
    }

    /** Pre-CLIP of the surrogate loss. */
    @CanIgnoreReturnValue
    public Builder preClip(PreClip bounds) {
      return loss(surrogate().preClip(bounds));
    }

    /** ε of the surrogate loss, on both sides. */
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

    /** What the judge is asked and how it is understood. */
    @CanIgnoreReturnValue
    public Builder protocol(JudgeProtocol how) {
      protocol = requireNonNull(how, "protocol");
      return this;
    }

    /** Larger pictures are made smaller. */
    @CanIgnoreReturnValue
    public Builder maxPixels(long pixels) {
      maxPixels = pixels;
      return this;
    }

    /** Where rollouts come from, in place of the judging engine. */
    @CanIgnoreReturnValue
    public Builder sampler(PolicySampler source) {
      sampler = requireNonNull(source, "sampler");
      return this;
    }

    /** Most completions that the judging engine decodes at a time. */
    @CanIgnoreReturnValue
    public Builder rolloutRows(int rows) {
      rolloutRows = rows;
      return this;
    }

    /** Pairs that are judged every so often, never trained on. */
    @CanIgnoreReturnValue
    public Builder heldOut(PreferenceDataset pairs) {
      heldOut = requireNonNull(pairs, "heldOut");
      return this;
    }

    /** Number format of the exported judge. */
    @CanIgnoreReturnValue
    public Builder exportType(DType type) {
      exportType = requireNonNull(type, "exportType");
      return this;
    }

    /** Adds a listener. */
    @CanIgnoreReturnValue
    public Builder listener(TrainingListener listener) {
      listeners.add(requireNonNull(listener, "listener"));
      return this;
    }

    /** Returns the trainer. */
    public StableReinforce build() {
      return new StableReinforce(this);
    }
  }
}
