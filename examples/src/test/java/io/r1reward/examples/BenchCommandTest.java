package io.r1reward.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.Lists;
import io.r1reward.core.testing.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {

  /**
   * What a product of two values of a report may be off, in percent: each holds four significant
   * digits, which may be half a unit of 1000, 0.05 %, off.
   */
  private static final double TWO_ROUNDED = 0.1001;

  /** The same for a quotient of two values held against a third. */
  private static final double THREE_ROUNDED = 0.1502;

  @TempDir Path folder;

  @Test
  void measures_a_checkpoint_as_a_table_and_as_json() throws IOException {
    Path json = folder.resolve("bench.json");
    Program program =
        bench(
            "--checkpoint",
            Reference.path("qwen25vl-tiny"),
            "--dtype",
            "float32",
            "--prompt-tokens",
            "5,9",
            "--new-tokens",
            "3",
            "--batch",
            "1,2",
            "--votes",
            "3",
            "--pixels",
            28 * 28 * 6,
            "--repeat",
            "1",
            "--threads",
            "1",
            "--rank",
            "3",
            "--both-orders",
            "--lookahead",
            "1",
            "--json",
            json);

    assertThat(program.err()).contains("bench: warm-up: vote of 3", "bench: turn 1 of 1: picture");
    assertThat(program.exitCode()).isZero();
    assertThat(program.out()).contains("libtorch", "top-k 50 + penalty 1.05");
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertThat(report.at("/model/dtype").asText()).isEqualTo("float32");
    assertThat(report.at("/model/checkpoint_bytes").asLong()).isEqualTo(1_673_856);
    assertThat(report.at("/start/first_token_s").asDouble())
        .isGreaterThan(report.at("/start/open_s").asDouble());
    assertThat(report.at("/picture/0/patches").asInt()).isEqualTo(24);
    assertThat(report.at("/picture/0/prompt_tokens").asInt()).isEqualTo(6 + 2);
    JsonNode shares = report.at("/judgement");
    double whole = 0;
    for (String part : List.of("vision", "prefill", "decode", "sampling")) {
      whole += shares.at("/" + part + "_of_time").asDouble();
    }
    assertThat(whole).isCloseTo(1, withinPercentage(TWO_ROUNDED));
    assertThat(report.at("/prefill").findValuesAsText("tokens")).containsExactly("5", "9");
    assertThat(report.at("/vote").findValuesAsText("judgements")).containsExactly("1", "3");
    assertThat(report.at("/vote/0/over_one").asDouble()).isEqualTo(1);
    assertThat(report.at("/rank").findValuesAsText("comparisons")).containsExactly("2", "3");
    JsonNode roundRobin = report.at("/rank/1");
    // in both orders, each of a picture, a question, two responses and an end
    assertThat(roundRobin.at("/prompt_tokens").asInt()).isEqualTo(6 * (8 + 200 + 2 * 60 + 20));
    // the first block of 256 tokens holds all up to most of the first response, of which there are
    // 3
    assertThat(roundRobin.at("/tokens_known").asInt()).isEqualTo(3 * 256);
    assertThat(roundRobin.at("/ratio").asDouble()).isPositive();
    assertThat(report.at("/lookahead/quoted").asDouble()).isEqualTo(1);
    assertThat(report.at("/lookahead/ratio").asDouble()).isPositive();
    assertThat(report.at("/decode")).hasSize(2 * 3);
    for (JsonNode row : report.at("/decode")) {
      double step = row.at("/median_ms").asDouble() / 1e3;
      assertThat(row.at("/min_ms").asDouble()).isPositive().isLessThanOrEqualTo(step * 1e3);
      assertThat(row.at("/tokens_per_s").asDouble() * step)
          .isCloseTo(row.at("/rows").asInt(), withinPercentage(TWO_ROUNDED));
      assertThat(row.at("/weights_gb_per_s").asDouble() * 1e9 * step)
          .isCloseTo(
              report.at("/memory_read/decoder_bytes_per_step").asDouble(),
              withinPercentage(TWO_ROUNDED));
      assertThat(row.at("/of_memory_read").asDouble())
          .isCloseTo(
              row.at("/weights_gb_per_s").asDouble()
                  / report.at("/memory_read/gb_per_s").asDouble(),
              withinPercentage(THREE_ROUNDED));
    }
  }

  @Test
  void measures_an_exported_folder_on_onnx_runtime() throws IOException {
    Path export = folder.resolve("onnx");
    Path json = folder.resolve("bench.json");
    Program.run(
        "export-onnx",
        "--checkpoint",
        Reference.path("qwen25vl-tiny"),
        "--output",
        export,
        "--weights",
        "INT4");

    Program program = benchLittle("--checkpoint", export, "--json", json);

    assertThat(program.exitCode()).as(program.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertThat(report.at("/model/engine").asText()).isEqualTo("onnx");
    assertThat(report.at("/model/dtype").asText()).isEqualTo("int4");
    assertThat(report.at("/memory_read/decoder_bytes_per_step").asLong())
        .isEqualTo(Files.size(export.resolve("decoder.onnx.data")));
    assertThat(report.at("/picture/0/patches").asInt()).isEqualTo(24);
  }

  @Test
  void measures_both_engines_in_one_run() throws IOException {
    Path json = folder.resolve("bench.json");

    Program program =
        benchLittle(
            "--checkpoint",
            Reference.path("qwen25vl-tiny"),
            "--onnx",
            "int8,int4:16",
            "--threads",
            "1",
            "--work-dir",
            folder.resolve("work"),
            "--json",
            json);

    assertThat(program.exitCode()).as(program.err()).isZero();
    JsonNode reports = new ObjectMapper().readTree(json.toFile());
    assertThat(reports.findValuesAsText("engine")).containsExactly("pytorch", "onnx", "onnx");
    assertThat(reports.findValuesAsText("checkpoint"))
        .containsExactly("qwen25vl-tiny", "qwen25vl-tiny-int8", "qwen25vl-tiny-int4-16");
    assertThat(program.out()).contains("qwen25vl-tiny-int8", "-----");
    assertThat(folder.resolve("work")).isEmptyDirectory();
  }

  @Test
  void measures_training_steps_of_adapters_and_of_all_weights() throws IOException {
    JsonNode report = train();
    assertThat(report.at("/model/dtype").asText()).isEqualTo("float32");
    assertThat(report.at("/step/sequences").asInt()).isEqualTo(2);
    assertThat(report.at("/training").findValuesAsText("weights"))
        .containsExactly("LoRA 64", "LoRA 64", "LoRA 64", "all", "all", "all");
    // 2 sequences of 6 prompt tokens and 3 new ones; rollouts count the new ones alone
    assertThat(report.at("/training").findValuesAsText("tokens"))
        .containsExactly("18", "6", "18", "18", "6", "18");
    for (JsonNode row : report.at("/training")) {
      assertThat(row.at("/tokens_per_s").asDouble() * row.at("/median_ms").asDouble() / 1e3)
          .isCloseTo(row.at("/tokens").asInt(), withinPercentage(TWO_ROUNDED));
      assertThat(row.at("/peak_gib").asDouble()).isBetween(0.01, 64.0);
    }
    assertThat(train("--lora", "2").at("/training").findValuesAsText("weights"))
        .containsExactly("LoRA 2", "LoRA 2", "LoRA 2");
  }

  private JsonNode train(Object... more) throws IOException {
    Path json = folder.resolve("training.json");
    List<Object> options =
        new ArrayList<>(List.of("--checkpoint", Reference.path("qwen25vl-tiny")));
    options.addAll(List.of("--train", "2", "--prompt-tokens", "6", "--new-tokens", "3"));
    options.addAll(List.of("--device", "cpu", "--dtype", "float32", "--threads", "1"));
    options.addAll(List.of("--repeat", "1", "--json", json));
    options.addAll(List.of(more));
    Program program = bench(options.toArray());
    assertThat(program.exitCode()).as(program.err()).isZero();
    return new ObjectMapper().readTree(json.toFile());
  }

  @Test
  void a_soak_scores_votes_and_ranks_and_tells_the_memory() throws IOException {
    Path json = folder.resolve("soak.json");
    Path tiny = Reference.path("qwen25vl-tiny");
    Program program =
        bench("--checkpoint", tiny, "--soak", "60", "--new-tokens", "2", "--json", json);
    assertThat(program.exitCode()).as(program.err()).isZero();
    JsonNode rows = new ObjectMapper().readTree(json.toFile()).at("/soak");
    assertThat(rows).hasSizeBetween(5, 20); // a ranking counts for three, a vote for up to ten
    int last = 0;
    for (JsonNode row : rows) {
      assertThat(row.at("/judgements").asInt()).isGreaterThan(last);
      last = row.at("/judgements").asInt();
      assertThat(row.at("/heap_mib").asInt()).isPositive();
    }
    assertThat(last).isBetween(60, 70);
  }

  @Test
  void says_which_option_is_wrong() {
    Path tiny = Reference.path("qwen25vl-tiny");
    assertWrong(
        "--shape",
        "13b",
        "there is no shape '13b', only [0.5b, 3b, 7b, qwen3vl-2b, qwen3vl-4b, qwen3vl-8b]");
    assertWrong("--onnx", "int3", "FORMAT:BLOCK with a format of [FLOAT32, ");
    assertWrong("--batch", "4,0", "--batch must be at least 1, got 0");
    assertWrong("--soak", "5", "--soak needs one --checkpoint");
    assertWrong("--train", "-1", "--train must be at least 0, got -1");
    Program program = bench("--checkpoint", tiny, "--prompt-tokens", "4090", "--threads", "1");
    assertThat(program.exitCode()).isEqualTo(2);
    assertThat(program.err()).contains("context of 4096 tokens");
  }

  private static void assertWrong(String option, String value, String message) {
    Program program = bench(option, value);
    assertThat(program.exitCode()).isEqualTo(2);
    assertThat(program.err()).contains(message);
  }

  /** One short measurement of each kind. */
  private static Program benchLittle(Object... options) {
    List<Object> words =
        Lists.newArrayList(
            "--prompt-tokens", "5", "--new-tokens", "2", "--batch", "1", "--votes", "2");
    Collections.addAll(words, "--pixels", 28 * 28 * 6, "--repeat", "1");
    Collections.addAll(words, options);
    return bench(words.toArray());
  }

  private static Program bench(Object... options) {
    Object[] words = new Object[options.length + 1];
    words[0] = "bench";
    System.arraycopy(options, 0, words, 1, options.length);
    return Program.run(words);
  }
}
