package io.r1reward.train;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.r1reward.InvalidInputException;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.machine.Processor;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.torch.jni.Torch;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.encode.SampleEncoder;
import io.r1reward.train.model.AdapterFiles;
import io.r1reward.train.model.MemoryCheck;
import io.r1reward.train.model.MemoryEstimate;
import io.r1reward.train.model.NetworkFiles;
import io.r1reward.train.model.NetworkSettings;
import io.r1reward.train.parallel.ClusterSampler;
import io.r1reward.train.parallel.Devices;
import io.r1reward.train.parallel.Replicas;
import io.r1reward.train.parallel.SpreadSampler;
import io.r1reward.train.parallel.TrainingCluster;
import io.r1reward.train.policy.EngineSampler;
import io.r1reward.train.policy.HeldOut;
import io.r1reward.train.policy.PolicySampler;
import io.r1reward.train.rl.RlSettings;
import io.r1reward.train.run.ContentDigest;
import io.r1reward.train.run.RunSettings;
import io.r1reward.train.run.RunState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a trainer opens for one run, from what its builder was told. */
final class TrainingSession implements AutoCloseable {
  /** Tokens of a prompt beside one picture, for the estimate of memory. */
  private static final int PROMPT_TEXT = 1024;

  private final TrainerSettings settings;
  private final Path base;
  private final Path run;
  private final NetworkSettings network;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final SampleEncoder encoder;
  private final Replicas policy;
  private final @Nullable Replicas reference;
  private final String policyDigest;
  private final PolicySampler sampler;

  private TrainingSession(
      TrainerSettings settings,
      boolean withReference,
      RunSettings common,
      @Nullable RlSettings rl) {
    long seed = common.seed();
    this.settings = settings;
    this.base = given(settings.policy(), "policy");
    this.run = given(settings.run(), "run folder");
    Path adapter = settings.adapter();
    this.network =
        adapter == null
            ? settings.network()
            : settings.network().withLora(AdapterFiles.settings(adapter));
    Devices devices = Devices.of(settings.devices());
    boolean done = false;
    try (Checkpoint checkpoint = Checkpoint.open(base)) {
      policyDigest = ContentDigest.ofFolder(base, 1);
      encoder =
          opened(
              SampleEncoder.open(
                  base, settings.protocol(), settings.maxPixels(), settings.mediaFetcher()));
      checkMemory(checkpoint.config(), devices, withReference, common.tokenBudget(), rl);
      policy = opened(load(checkpoint, devices, seed));
      if (adapter != null) {
        AdapterFiles.restore(policy.first(), adapter);
      }
      // with adapters the reference is the network without them
      reference =
          withReference && network.lora() == null
              ? opened(Replicas.load(checkpoint, network, devices, false, seed))
              : null;
      PolicySampler given = settings.sampler();
      sampler = given != null ? given : engines();
      done = true;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the policy " + base + ": " + e, e);
    } finally {
      if (!done) {
        close();
      }
    }
  }

  /**
   * Opens everything.
   *
   * @param withReference whether a frozen copy of the policy is wanted
   * @param run seed of the adapters' start, and the size of a micro-batch
   * @param rl sizes of the rollouts; null without any
   * @throws InvalidInputException if what is trained cannot fit into the memory of the CPU
   */
  static TrainingSession open(
      TrainerSettings settings, boolean withReference, RunSettings run, @Nullable RlSettings rl) {
    return new TrainingSession(settings, withReference, run, rl);
  }

  /** Tells what the run will take, before anything large is loaded. */
  private void checkMemory(
      ModelConfig config,
      Devices devices,
      boolean withReference,
      int tokenBudget,
      @Nullable RlSettings rl) {
    MemoryEstimate estimate = MemoryEstimate.of(config, network, tokenBudget);
    if (withReference && network.lora() == null) {
      estimate = estimate.withReference();
    }
    if (rl != null) {
      long side = (long) config.vision().patchSize() * config.vision().spatialMergeSize();
      long picture = encoder.maxPixels() / (side * side);
      int rows = (int) Math.min(settings.rolloutRows(), (long) rl.prompts() * rl.samples());
      estimate =
          estimate.withRollouts(config, network, rows, picture + PROMPT_TEXT + rl.maxNewTokens());
    }
    estimate = estimate.replicas(devices.names().size());
    if (Torch.device(devices.names().get(0)).isGpu()) {
      MemoryCheck.onGpu(estimate);
    } else {
      MemoryCheck.onCpu(estimate, Processor.current().memory());
    }
  }

  private Replicas load(Checkpoint checkpoint, Devices devices, long seed) {
    TrainingCluster cluster = settings.cluster();
    if (cluster == null) {
      return Replicas.load(checkpoint, network, devices, true, seed);
    }
    if (devices.names().size() > 1) {
      throw new InvalidInputException(
          "beside a cluster training takes 1 device, got " + devices.names());
    }
    return Replicas.on(cluster, base, network.withDevice(devices.names().get(0)), checkpoint, seed);
  }

  private <T extends AutoCloseable> T opened(T resource) {
    opened.push(resource);
    return resource;
  }

  private PolicySampler engines() {
    if (settings.cluster() != null) {
      return new ClusterSampler(policy, settings.rolloutRows());
    }
    List<PolicySampler> samplers = new ArrayList<>();
    for (int i = 0; i < policy.networks().size(); i++) {
      samplers.add(new EngineSampler(settings.rolloutRows(), network.threads()));
    }
    return samplers.size() == 1 ? samplers.get(0) : new SpreadSampler(policy, samplers);
  }

  SampleEncoder encoder() {
    return encoder;
  }

  Replicas policy() {
    return policy;
  }

  @Nullable Replicas reference() {
    return reference;
  }

  PolicySampler sampler() {
    return sampler;
  }

  Path checkpoints() {
    return run.resolve("checkpoints");
  }

  /** Returns the held-out pairs, whose judgements get so many tokens; null without pairs. */
  @Nullable HeldOut heldOut(int maxNewTokens) {
    return settings.heldOut() == null
        ? null
        : new HeldOut(heldOutPairs(), encoder, sampler, maxNewTokens);
  }

  /** Returns the pairs that are measured on; none where there are none. */
  ImmutableList<PreferenceSample> heldOutPairs() {
    PreferenceDataset pairs = settings.heldOut();
    if (pairs == null) {
      return ImmutableList.of();
    }
    try (Stream<PreferenceSample> samples = pairs.open()) {
      return samples.collect(ImmutableList.toImmutableList());
    }
  }

  /**
   * Starts the settings that must be the same when a run goes on; devices are none of them. The
   * policy counts by its content, wherever it lies.
   */
  ImmutableSortedMap.Builder<String, String> fingerprint() {
    return ImmutableSortedMap.<String, String>naturalOrder()
        .put("policy", policyDigest)
        .put("lora", String.valueOf(network.lora()))
        .put("bfloat16", Boolean.toString(network.bfloat16()))
        .put("train_vision", Boolean.toString(network.trainVision()))
        .put("max_pixels", Long.toString(encoder.maxPixels()));
  }

  /** Writes the judge as it is now, and its adapters where it has some. */
  TrainingRun export(RunState state) {
    Path judge = run.resolve("judge");
    Path adapter = network.lora() == null ? null : run.resolve("adapter");
    try {
      makeRoom(judge);
      NetworkFiles.export(policy.first(), base, judge, settings.exportType(), encoder.maxPixels());
      if (adapter != null) {
        makeRoom(adapter);
        Files.createDirectories(adapter);
        AdapterFiles.save(policy.first(), base.toString(), adapter);
      }
      return new TrainingRun(state, judge, adapter);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the judge in " + run + ": " + e, e);
    }
  }

  /** Removes a folder, and what a process that was killed while it exported has left beside it. */
  private static void makeRoom(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
    try (DirectoryStream<Path> leftovers =
        Files.newDirectoryStream(folder.resolveSibling(""), "." + folder.getFileName() + ".*")) {
      for (Path leftover : leftovers) {
        MoreFiles.deleteRecursively(leftover, RecursiveDeleteOption.ALLOW_INSECURE);
      }
    }
  }

  static <T> T given(@Nullable T value, String name) {
    if (value == null) {
      throw new InvalidInputException("training needs a " + name + ", none was given");
    }
    return value;
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
