package io.r1reward.examples.train;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.train.TrainerBuilder;
import picocli.CommandLine.Option;

/** Options that say where and how a trainer computes; a mix-in of the programs. */
final class TrainingHardware {

  @Option(names = "--device", defaultValue = "auto", description = "auto, cpu or cuda:N")
  private String device;

  @Option(names = "--float32", description = "compute in float32 instead of bfloat16")
  private boolean float32;

  @Option(names = "--threads", defaultValue = "0", description = "intra-op threads, 0: default")
  private int threads;

  /** Sets a trainer up with these options. */
  @CanIgnoreReturnValue
  <B extends TrainerBuilder<B>> B on(B trainer) {
    return trainer.device(device).bfloat16(!float32).threads(threads);
  }

  String device() {
    return device;
  }

  int threads() {
    return threads;
  }
}
