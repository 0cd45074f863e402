package io.r1reward.examples.train;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.examples.NumberFormats;
import io.r1reward.train.TrainerBuilder;
import java.util.List;
import picocli.CommandLine.Option;

/** Options that say where and how a trainer computes; a mix-in of the programs. */
final class TrainingHardware {

  @Option(
      names = "--device",
      split = ",",
      defaultValue = "auto",
      paramLabel = "DEVICE",
      description =
          "Where to compute: auto, cpu or cuda:N; several train data parallel, a batch"
              + " shared between them (cpu,cpu --threads 1: a replica per core); default"
              + " ${DEFAULT-VALUE}.")
  private List<String> devices;

  @Option(
      names = "--float32",
      description =
          "Compute in float32 instead of bfloat16, as devices without instructions for bfloat16 do"
              + " anyway.")
  private boolean float32;

  @Option(
      names = "--threads",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "Threads inside one operator on a CPU, 0 for the engine's choice; default"
              + " ${DEFAULT-VALUE}.")
  private int threads;

  /** Sets a trainer up with these options. */
  @CanIgnoreReturnValue
  <B extends TrainerBuilder<B>> B on(B trainer) {
    boolean half = !float32 && devices.stream().allMatch(NumberFormats::bfloat16);
    return trainer.devices(devices.toArray(String[]::new)).bfloat16(half).threads(threads);
  }

  /** The first, for work that is not shared. */
  String device() {
    return devices.get(0);
  }

  int threads() {
    return threads;
  }
}
