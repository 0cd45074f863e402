package io.r1reward.examples.bench;

import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.torch.jni.Torch;
import io.r1reward.examples.NumberFormats;
import io.r1reward.train.model.Lora;
import io.r1reward.train.model.NetworkOptimiser;
import io.r1reward.train.model.NetworkSettings;
import io.r1reward.train.model.PolicyNetwork;
import io.r1reward.train.optim.AdamWSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Measures training steps on a folder, on the calling thread. Not thread-safe. */
final class TrainingBench {
  private static final double GIB = 1L << 30;

  private final BenchSettings settings;
  private final TrainingOptions training;
  private final Consumer<String> progress;
  private final Report report = new Report();

  /**
   * With settings that were checked.
   *
   * @param progress hears what is done
   */
  TrainingBench(BenchSettings settings, TrainingOptions training, Consumer<String> progress) {
    this.settings = settings;
    this.training = training;
    this.progress = progress;
  }

  /** One thing that is measured, and what it takes. */
  private record Part(String name, long tokens, Timings times, PeakMemory memory) {}

  /**
   * Measures adapters, and all weights where they are wanted, too.
   *
   * @throws io.r1reward.CheckpointException if the folder is not a usable checkpoint
   * @throws io.r1reward.EngineException if the device is not there
   */
  Report run(Path folder) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      settings.checkContext(checkpoint.config().text().maxPositions());
      describe(folder, checkpoint);
      measure(checkpoint, Lora.rank(training.rank()));
      if (training.lora == null) {
        measure(checkpoint, null);
      }
    }
    return report;
  }

  private void describe(Path folder, Checkpoint checkpoint) throws IOException {
    Machine.here(device()).report(report);
    report
        .section("model")
        .put("checkpoint", String.valueOf(folder.getFileName()))
        .put("parameters", checkpoint.parameters())
        .put("checkpoint_bytes", checkpoint.bytes())
        .put("dtype", half() ? "bfloat16" : "float32");
    report
        .section("step")
        .put("sequences", training.sequences)
        .put("prompt_tokens", settings.lastPromptTokens())
        .put("new_tokens", settings.newTokens)
        .put("token_budget", training.tokenBudget)
        .put("checkpoint_layers", training.checkpointLayers);
  }

  private String device() {
    ai.djl.Device device = Torch.device(settings.device);
    return device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
  }

  private boolean half() {
    return settings.dtype.equals("bfloat16")
        || (settings.dtype.equals("auto") && NumberFormats.bfloat16(settings.device));
  }

  private void measure(Checkpoint checkpoint, @Nullable Lora lora) {
    String weights = lora == null ? "all" : "LoRA " + lora.rank();
    progress.accept("opening for training: " + weights);
    NetworkSettings network =
        NetworkSettings.builder()
            .device(device())
            .bfloat16(half())
            .lora(lora)
            .checkpointLayers(training.checkpointLayers)
            .threads(settings.threads)
            .build();
    try (PolicyNetwork policy = PolicyNetwork.load(checkpoint, network, 0);
        NetworkOptimiser optimiser = new NetworkOptimiser(policy, AdamWSettings.DEFAULT)) {
      TrainingWork work =
          new TrainingWork(
              policy,
              optimiser,
              prompts(checkpoint.config()),
              settings.newTokens,
              training.tokenBudget,
              settings.threads);
      long sampled = (long) training.sequences * settings.newTokens;
      long all = sampled + (long) training.sequences * settings.lastPromptTokens();
      Rounds rounds = new Rounds();
      List<Part> parts =
          List.of(
              part(rounds, policy, weights, "fine-tuning step", all, work::fineTune),
              part(rounds, policy, weights, "rollout", sampled, () -> work.rollOut(1)),
              part(rounds, policy, weights, "update", all, work::update));
      rounds.run(settings.repeat, progress);
      parts.forEach(part -> add(weights, part));
    }
  }

  private static Part part(
      Rounds rounds,
      PolicyNetwork policy,
      String weights,
      String name,
      long tokens,
      Runnable work) {
    PeakMemory memory = new PeakMemory(policy.manager().getDevice());
    Timings times =
        rounds.add(
            name + ", weights: " + weights,
            into -> {
              long start = System.nanoTime();
              memory.during(work);
              into.add(System.nanoTime() - start);
            });
    return new Part(name, tokens, times, memory);
  }

  private void add(String weights, Part part) {
    report
        .row("training")
        .put("weights", weights)
        .put("part", part.name)
        .put("tokens", part.tokens)
        .putMillis(part.times)
        .put("tokens_per_s", part.tokens / part.times.median())
        .put("peak_gib", part.memory.bytes().orElse(0) / GIB);
  }

  private List<Prompt> prompts(ModelConfig config) {
    return IntStream.range(0, training.sequences)
        .mapToObj(i -> Prompts.text(config, settings.lastPromptTokens(), i))
        .toList();
  }
}
