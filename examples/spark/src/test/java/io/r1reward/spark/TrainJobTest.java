package io.r1reward.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.examples.EmbeddedJudge;
import io.r1reward.examples.scenes.ScenesCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class TrainJobTest {
  @TempDir static Path shared;
  private static SparkSession spark;
  private static Path policy;
  private static Path data;

  @TempDir Path folder;

  @BeforeAll
  static void start_spark_and_write_pairs() throws IOException {
    spark = LocalSpark.session("local[2]", shared).getOrCreate();
    policy = Files.createDirectory(shared.resolve("policy"));
    EmbeddedJudge.copyTo(policy);
    Path scenes = shared.resolve("scenes");
    LocalSpark.run(
        new CommandLine(new ScenesCommand()), "--output", scenes, "--count", 8, "--training");
    data = scenes.resolve("pairs.jsonl");
  }

  @AfterAll
  static void stop_spark() {
    spark.stop();
  }

  /** Trains for a step; options given later count. */
  private LocalSpark.Ran job(Object... more) {
    List<Object> arguments = new ArrayList<>();
    arguments.addAll(List.of("--method", "sft", "--data", data, "--policy", policy));
    arguments.addAll(List.of("--run", folder.resolve("run"), "--slots", 2, "--steps", 1));
    arguments.addAll(List.of("--rank", 4, "--batch", 4, "--token-budget", 600, "--threads", 1));
    arguments.addAll(Arrays.asList(more));
    return LocalSpark.run(TrainJob.commandLine(), arguments.toArray());
  }

  /** A run that trained adapters for one step. */
  private void assertTrained(Path run) throws IOException {
    try (Stream<Path> files = Files.walk(run)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains("adapter_model.safetensors", "adapter_config.json");
    }
    assertThat(Files.readAllLines(run.resolve("metrics.jsonl"))).hasSize(1);
  }

  @Test
  void a_supervised_step_leaves_adapters_and_is_not_done_again() throws IOException {
    LocalSpark.Ran first = job();
    assertThat(first).isEqualTo(new LocalSpark.Ran(0, first.said()));
    assertTrained(folder.resolve("run"));

    assertThat(job().code()).isZero();
    assertThat(Files.readAllLines(folder.resolve("run/metrics.jsonl"))).hasSize(1);
  }

  @Test
  void a_step_of_reinforcement_leaves_adapters() throws IOException {
    Path run = folder.resolve("rl");
    LocalSpark.Ran ran = job("--method", "RL", "--samples", 2, "--max-new-tokens", 6, "--run", run);
    assertThat(ran).isEqualTo(new LocalSpark.Ran(0, ran.said()));
    assertTrained(run);
  }

  @ParameterizedTest
  @CsvSource({
    "--slots, 0, '--slots must be at least 1, got 0'",
    "--steps, 0, 'steps must be at least 1, got 0'",
    "--rank, 0, '--rank must be at least 1, got 0'",
    "--batch, 0, 'batch must be at least 1, got 0'",
    "--samples, 0, 'samples must be at least 1, got 0'",
    "--token-budget, 0, 'tokenBudget must be at least 1, got 0'",
    "--max-new-tokens, 0, 'maxNewTokens must be at least 1, got 0'",
    "--rate, -1, '--rate must be a finite number above 0, got -1.0'",
    "--threads, -1, '--threads must be at least 0, got -1'",
    "--max-pixels, 0, 'maxPixels must be at least 1, got 0'",
    "--device, tpu, '--device must be auto, cpu or cuda:N, got tpu'",
    "--policy, /nowhere, '--policy: there is no folder /nowhere'",
    "--data, /nowhere, '--data: there is no file /nowhere'",
  })
  void a_wrong_option_is_named_in_one_line(String option, String value, String message) {
    LocalSpark.Ran ran = job(option, value);
    assertThat(ran)
        .isEqualTo(new LocalSpark.Ran(2, "train-job: " + message + System.lineSeparator()));
  }

  @Test
  void an_unknown_method_and_help_tell_what_there_is() {
    assertThat(job("--method", "dpo").said()).contains("expected one of [SFT, RL]");
    LocalSpark.Ran help = job("--help");
    assertThat(help.code()).isZero();
    assertThat(help.said()).contains("Usage: train-job", "--slots=N", "--token-budget=N");
  }
}
