package io.r1reward.examples.bench;

import io.r1reward.ModelInfo;
import io.r1reward.core.generate.DecoderEngine;
import io.r1reward.core.torch.jni.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Measures one folder with the engine it is for, on the calling thread. Not thread-safe. */
final class Bench {
  private final BenchSettings settings;
  private final Consumer<String> progress;
  private final Report report = new Report();

  /**
   * With settings that were checked.
   *
   * @param progress hears what is done
   */
  Bench(BenchSettings settings, Consumer<String> progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /**
   * Measures the engine, and then, when its memory is free again, how fast the machine reads.
   *
   * @throws io.r1reward.CheckpointException if the folder is not a usable checkpoint
   * @throws io.r1reward.EngineException if the device is not there
   */
  Report run(Path folder) throws IOException, InterruptedException {
    Subject subject = Subject.of(folder, settings);
    long checkpointBytes = subject.bytes();
    ModelInfo info;
    long stepBytes;
    Consumer<Double> rest;
    OptionalLong resident;
    progress.accept("opening " + folder);
    ProcessMemory.forgetPeak();
    long start = System.nanoTime();
    try (DecoderEngine engine = subject.opener().apply(0)) {
      double opened = (System.nanoTime() - start) / 1e9;
      info = engine.info();
      settings.checkContext(info.contextLength());
      stepBytes = subject.stepBytes().applyAsLong(info);
      describe(folder, info, checkpointBytes);
      Measurements measurements = new Measurements(settings, engine, subject.config());
      report
          .section("start")
          .put("open_s", opened)
          .put("prompt_tokens", settings.lastPromptTokens())
          .put("first_token_s", opened + measurements.firstToken());
      rest = measurements.run(report, stepBytes, progress);
      resident = ProcessMemory.resident();
    }
    OptionalLong peak = ProcessMemory.peak();
    if (settings.rank > 0) {
      new SharedWork(settings, subject).run(report, progress);
    }
    progress.accept("reading memory");
    double bandwidth =
        info.device().startsWith("cuda")
            ? DeviceBandwidth.measure(info.device())
            : MemoryBandwidth.measure();
    report
        .section("memory_read")
        .put("gb_per_s", bandwidth / 1e9)
        .put("decoder_bytes_per_step", stepBytes);
    rest.accept(bandwidth);
    peak.ifPresent(
        most ->
            report
                .section("memory")
                .put("resident_bytes", resident.orElse(most))
                .put("peak_resident_bytes", most)
                .put("over_checkpoint", (double) most / checkpointBytes));
    return report;
  }

  private void describe(Path folder, ModelInfo info, long checkpointBytes) throws IOException {
    Machine.here(info.device()).report(report);
    report
        .section("model")
        .put("engine", info.engine())
        .put("checkpoint", String.valueOf(folder.getFileName()))
        .put("parameters", info.parameters())
        .put("checkpoint_bytes", checkpointBytes)
        .put("dtype", info.dtype())
        .put("weights", info.layout())
        .put("instruction_set", info.instructionSet())
        .put("self_check", Boolean.toString(settings.selfCheck))
        .put("threads", Torch.threads());
  }
}
