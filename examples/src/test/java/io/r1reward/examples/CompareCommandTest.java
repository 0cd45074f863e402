package io.r1reward.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.Lists;
import io.r1reward.core.testing.Reference;
import io.r1reward.onnx.manifest.ExportManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over a tiny checkpoint of random weights, which gives no answers. */
class CompareCommandTest {
  @TempDir Path folder;
  private Path checkpoint;
  private Path pairs;

  @BeforeEach
  void writes_pairs() {
    checkpoint = Reference.path("qwen25vl-tiny");
    Program.run("scenes", "--output", folder.resolve("scenes"), "--count", 3);
    pairs = folder.resolve("scenes/pairs.jsonl");
  }

  @Test
  void prints_how_far_exports_agree() throws IOException {
    Path floats = export("FLOAT32");
    Path exact = export("INT4", "--accuracy-level", 0);
    Path fast = export("INT4", "--accuracy-level", 4, "--overwrite");
    Path json = folder.resolve("table.json");

    Program program =
        Program.run(
            "compare",
            "--reference",
            checkpoint,
            "--candidate",
            floats + "," + exact,
            "--candidate",
            fast,
            "--input",
            pairs,
            "--max-new-tokens",
            5,
            "--device",
            "cpu",
            "--json",
            json);

    assertThat(program.exitCode()).as(program.err()).isZero();
    assertThat(program.out().lines()).hasSize(5);
    assertThat(program.out()).contains("same verdict", "onnx", "int4", "100.0 %");
    JsonNode rows = new ObjectMapper().readTree(json.toFile());
    assertThat(rows.findValuesAsText("engine")).containsExactly("pytorch", "onnx", "onnx", "onnx");
    assertThat(rows.at("/0/logit_max").asDouble()).isZero();
    assertThat(rows.at("/0/same_text").asDouble()).isEqualTo(1);
    // nobody answers, so all agree and all are wrong
    assertThat(rows.at("/1/same_verdict").asDouble()).isEqualTo(1);
    assertThat(rows.at("/1/same_text").asDouble()).isEqualTo(1);
    assertThat(rows.at("/1/accuracy").asDouble()).isZero();
    assertThat(rows.at("/1/logit_max").asDouble()).isBetween(1e-8, 2e-4);
    assertThat(rows.at("/2/logit_mean").asDouble()).isBetween(0.01, 2.0);
    assertThat(rows.at("/3/logit_mean").asDouble()).isBetween(0.01, 2.0);
  }

  @Test
  void calibrates_an_export_with_pairs() {
    Path calibrated = export("INT4", "--calibrate", pairs, "--calibration-pairs", 2);

    String tokens = ExportManifest.read(calibrated).options().get("calibration_tokens");
    assertThat(Long.parseLong(tokens)).isBetween(200L, 2000L);
    assertThat(folder.resolve("exports"))
        .isDirectoryNotContaining(file -> String.valueOf(file.getFileName()).startsWith("."));
  }

  @Test
  void calibrates_with_the_prompts_of_the_protocol_named() throws IOException {
    Path protocol =
        Files.writeString(
            folder.resolve("short.json"),
            "{\"system\":\"s\",\"user\":\"{question} {first} {second}\"}");
    Path calibrated =
        export("INT4", "--calibrate", pairs, "--calibration-pairs", 2, "--protocol", protocol);

    String tokens = ExportManifest.read(calibrated).options().get("calibration_tokens");
    assertThat(Long.parseLong(tokens)).isBetween(1L, 199L); // R1-Reward's own are above 200

    Program alone =
        Program.run(
            "export-onnx",
            "--checkpoint",
            checkpoint,
            "--output",
            folder.resolve("exports/alone"),
            "--protocol",
            protocol);
    assertThat(alone.exitCode()).isEqualTo(2);
    assertThat(alone.err()).contains("give --calibrate");
  }

  @Test
  void says_what_is_wrong_with_the_pairs() throws IOException {
    Path bad = Files.writeString(folder.resolve("bad.jsonl"), "{\"question\":\"?\"}\n");
    Path empty = Files.writeString(folder.resolve("empty.jsonl"), "\n");

    assertWrong(bad, "line 1: first (or chosen) is missing");
    assertWrong(empty, "has no pair");
    assertWrong(folder.resolve("none.jsonl"), "does not exist");
  }

  @Test
  void misses_a_candidate_before_asking_the_others() {
    Path missing = folder.resolve("missing");

    Program program =
        Program.run(
            "compare",
            "--reference",
            checkpoint,
            "--candidate",
            checkpoint + "," + missing,
            "--input",
            pairs);

    assertThat(program.exitCode()).isEqualTo(2);
    assertThat(program.err())
        .contains("--candidate " + missing + " is no folder")
        .doesNotContain("opening");
  }

  @Test
  void exports_8_bits_at_level_0_only_where_slowness_is_accepted() {
    Path output = folder.resolve("slow");
    Object[] words = {
      "export-onnx", "--checkpoint", checkpoint, "--output", output, "--weights", "INT8"
    };
    List<Object> exact = Lists.newArrayList(words);
    Collections.addAll(exact, "--accuracy-level", 0);

    Program refused = Program.run(exact.toArray());
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("8-bit weights need accuracy level 4, got 0");

    exact.add("--slow-kernels");
    Program done = Program.run(exact.toArray());
    assertThat(done.exitCode()).as(done.err()).isZero();
    assertThat(ExportManifest.read(output).options()).containsEntry("accuracy_level", "0");
  }

  private void assertWrong(Path input, String message) {
    Program program =
        Program.run(
            "compare", "--reference", checkpoint, "--candidate", checkpoint, "--input", input);
    assertThat(program.exitCode()).isEqualTo(2);
    assertThat(program.err()).contains(message);
  }

  private Path export(String weights, Object... options) {
    Path parent = folder.resolve("exports");
    Path output = parent.resolve(weights + options.length);
    Object[] words = new Object[7 + options.length];
    Object[] fixed = {
      "export-onnx", "--checkpoint", checkpoint, "--output", output, "--weights", weights
    };
    System.arraycopy(fixed, 0, words, 0, fixed.length);
    System.arraycopy(options, 0, words, fixed.length, options.length);
    assertThat(parent.toFile().isDirectory() || parent.toFile().mkdir()).isTrue();
    Program program = Program.run(words);
    assertThat(program.exitCode()).as(program.err()).isZero();
    return output;
  }
}
