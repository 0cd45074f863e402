package io.r1reward.examples.bench;

import io.r1reward.examples.UsageException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is measured of training; a mix-in of the program. */
final class TrainingOptions {
  private static final String DEFAULT_RANK = "64";

  @Option(
      names = "--train",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Measures training steps on N sequences of --prompt-tokens (the last) and"
              + " --new-tokens instead: supervised fine-tuning, rollout, and"
              + " StableReinforce's update; default ${DEFAULT-VALUE}.")
  int sequences;

  @Option(
      names = "--lora",
      paramLabel = "RANK",
      arity = "0..1",
      fallbackValue = DEFAULT_RANK,
      description =
          "With --train: adapters alone, of this rank or of "
              + DEFAULT_RANK
              + "; else all weights, too.")
  @Nullable Integer lora;

  @Option(
      names = "--token-budget",
      paramLabel = "N",
      defaultValue = "4096",
      description = "With --train: most tokens of a micro-batch; default ${DEFAULT-VALUE}.")
  int tokenBudget;

  @Option(
      names = "--checkpoint-layers",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "With --train: layers between kept inputs, 0 keeps everything; default"
              + " ${DEFAULT-VALUE}.")
  int checkpointLayers;

  /** Returns the rank of the adapters. */
  int rank() {
    return lora == null ? Integer.parseInt(DEFAULT_RANK) : lora;
  }

  /**
   * Checks the numbers.
   *
   * @throws UsageException naming the first that is out of range
   */
  void check() {
    BenchSettings.atLeast("--train", sequences, 0);
    BenchSettings.atLeast("--lora", rank(), 1);
    BenchSettings.atLeast("--token-budget", tokenBudget, 1);
    BenchSettings.atLeast("--checkpoint-layers", checkpointLayers, 0);
  }
}
