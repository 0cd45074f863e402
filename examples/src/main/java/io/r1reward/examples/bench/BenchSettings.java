package io.r1reward.examples.bench;

import io.r1reward.examples.UsageException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is measured and how; a mix-in of the program. */
final class BenchSettings {

  @Option(
      names = "--device",
      paramLabel = "auto|cpu|cuda:N",
      defaultValue = "auto",
      description =
          "Where to compute: auto takes the first GPU where there is one; default"
              + " ${DEFAULT-VALUE}.")
  String device;

  @Option(
      names = "--dtype",
      paramLabel = "auto|float32|bfloat16",
      defaultValue = "auto",
      description =
          "Number format: auto takes the checkpoint's where the device computes in it;"
              + " default ${DEFAULT-VALUE}.")
  String dtype;

  @Option(
      names = "--weights",
      paramLabel = "auto|mapped|fused|packed",
      defaultValue = "auto",
      description = "Layout of the weights in memory; default ${DEFAULT-VALUE}.")
  String weights;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Threads inside one operator on a CPU, 0 for the engine's choice; default"
              + " ${DEFAULT-VALUE}.")
  int threads;

  @Option(
      names = "--no-self-check",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "false",
      description = "Open without holding the fast kernels against plain arithmetic.")
  boolean selfCheck;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      split = ",",
      defaultValue = "256,512",
      description =
          "Lengths of prompts, of which the last is decoded and voted on; default"
              + " ${DEFAULT-VALUE}.")
  List<Integer> promptTokens;

  @Option(
      names = "--new-tokens",
      paramLabel = "N",
      defaultValue = "64",
      description = "Tokens of a completion; default ${DEFAULT-VALUE}.")
  int newTokens;

  @Option(
      names = "--batch",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,8,16",
      description = "Rows that decode together; default ${DEFAULT-VALUE}.")
  List<Integer> batch;

  @Option(
      names = "--votes",
      paramLabel = "K",
      split = ",",
      defaultValue = "1,8",
      description =
          "Judgements of a vote, of which 1 is always measured; default" + " ${DEFAULT-VALUE}.")
  List<Integer> votes;

  @Option(
      names = "--pixels",
      paramLabel = "N",
      defaultValue = "1003520",
      description = "Pixels of the picture; default ${DEFAULT-VALUE}.")
  long pixels;

  @Option(
      names = "--rank",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Also ranks N candidates behind a picture of --pixels, with and without the cache of"
              + " prompts; default ${DEFAULT-VALUE}.")
  int rank;

  @Option(
      names = "--both-orders",
      description = "Compares in both orders where candidates are ranked.")
  boolean bothOrders;

  @Option(
      names = "--lookahead",
      paramLabel = "SHARE",
      defaultValue = "0",
      description =
          "Also decodes a text of which such a share is quoted, with and without the quotes"
              + " guessed; default ${DEFAULT-VALUE}.")
  double lookahead;

  @Option(
      names = "--repeat",
      paramLabel = "R",
      defaultValue = "3",
      description = "Turns that count, after one to warm up; default ${DEFAULT-VALUE}.")
  int repeat;

  @Option(
      names = "--work-dir",
      paramLabel = "DIR",
      description =
          "Where random checkpoints are kept, to be used again; default: a temporary" + " folder.")
  @Nullable Path workDir;

  /** Returns the length of the prompt that is decoded and voted on. */
  int lastPromptTokens() {
    return promptTokens.get(promptTokens.size() - 1);
  }

  /**
   * Checks the numbers.
   *
   * @throws UsageException naming the first that is out of range
   */
  void check() {
    promptTokens.forEach(value -> atLeast("--prompt-tokens", value, 1));
    batch.forEach(value -> atLeast("--batch", value, 1));
    votes.forEach(value -> atLeast("--votes", value, 1));
    atLeast("--new-tokens", newTokens, 1);
    atLeast("--repeat", repeat, 1);
    atLeast("--pixels", pixels, 1);
    atLeast("--threads", threads, 0);
    if (rank != 0) {
      atLeast("--rank", rank, 2);
    }
    if (!(lookahead >= 0 && lookahead <= 1)) {
      throw new UsageException("--lookahead must be in [0, 1], got " + lookahead);
    }
  }

  /**
   * Checks that what is generated fits the model.
   *
   * @throws UsageException if it does not
   */
  void checkContext(int contextLength) {
    for (int tokens : promptTokens) {
      // a decode runs one step more than it measures
      if (tokens + newTokens + 1L > contextLength) {
        throw new UsageException(
            "--prompt-tokens "
                + tokens
                + " and --new-tokens "
                + newTokens
                + " do not fit the model's context of "
                + contextLength
                + " tokens");
      }
    }
  }

  /** Checks one number. */
  static void atLeast(String option, long value, long least) {
    if (value < least) {
      throw new UsageException(option + " must be at least " + least + ", got " + value);
    }
  }
}
