package io.r1reward.examples.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.core.testing.Reference;
import io.r1reward.examples.Program;
import io.r1reward.examples.results.OutputLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DifficultyCommandTest {

  @Test
  void pairs_come_back_with_what_the_judge_needed(@TempDir Path folder) throws IOException {
    Path input = folder.resolve("pairs.jsonl");
    Path output = folder.resolve("measured.jsonl");
    String pair =
        "{\"id\":\"a\",\"question\":\"q\",\"first\":\"x\",\"second\":\"y\",\"preferred\":\"FIRST\"}\n";
    Files.writeString(input, pair + pair.replace("FIRST", "SECOND"));
    assertThat(run(input, output, 3).out()).contains("2 pairs with their difficulty");
    // random weights do not reach a verdict in 3 tokens
    assertThat(Files.readString(output))
        .isEqualTo(Files.readString(input).replace("}", ",\"difficulty\":0}"));
  }

  @Test
  void goes_on_only_with_the_same_judge_settings_and_lines(@TempDir Path folder)
      throws IOException {
    Path input = folder.resolve("pairs.jsonl");
    Path output = folder.resolve("measured.jsonl");
    String pair =
        "{\"id\":\"a\",\"question\":\"q\",\"first\":\"x\",\"second\":\"y\",\"preferred\":\"FIRST\"}\n";
    Files.writeString(input, pair);
    assertThat(run(input, output, 3).exitCode()).isZero();

    refused(run(input, output, 2), "was made with --max-new-tokens 3, now it is 2");
    Files.writeString(input, pair.replace("\"q\"", "\"other\""));
    refused(run(input, output, 3), "input line 1 (id \"a\")");
    Files.writeString(input, pair + pair.replace("\"a\"", "\"b\""));
    assertThat(run(input, output, 3).exitCode()).isZero();
    assertThat(Files.readAllLines(output)).hasSize(2);
    Files.delete(folder.resolve("measured.jsonl.fingerprint.json"));
    refused(run(input, output, 3), "is lost");
    assertThat(run(input, output, 2, "--overwrite").exitCode()).isZero();
    assertThat(Files.readAllLines(output)).hasSize(2);
    refused(run(input, input, 2, "--overwrite"), "--output is the input");
    assertThat(input).isNotEmptyFile();
  }

  @Test
  void asks_and_understands_by_the_protocol_named(@TempDir Path folder) throws IOException {
    Path input = folder.resolve("pairs.jsonl");
    Path output = folder.resolve("measured.jsonl");
    Path protocol = folder.resolve("protocol.json");
    Files.writeString(
        input,
        "{\"id\":\"a\",\"question\":\"q\",\"first\":\"x\",\"second\":\"y\",\"preferred\":\"FIRST\"}\n");
    Files.writeString(protocol, "{\"user\":\"{question} {first} {second}\"}");
    assertThat(run(input, output, 3).exitCode()).isZero();
    refused(
        run(input, output, 3, "--protocol", protocol), "was made with --protocol r1-reward, now");
    assertThat(run(input, output, 3, "--protocol", protocol, "--overwrite").exitCode()).isZero();
    assertThat(run(input, output, 3, "--protocol", protocol).exitCode()).isZero();
    Files.writeString(protocol, Files.readString(protocol) + "\n");
    refused(run(input, output, 3, "--protocol", protocol), "was made with --protocol ");
    Path endless = folder.resolve("endless.json");
    Files.writeString(
        endless, "{\"user\":\"{question} {first} {second} " + "and again ".repeat(100_000) + "\"}");
    Program asked = run(input, output, 3, "--protocol", endless, "--overwrite");
    assertThat(asked.exitCode()).isNotZero();
    assertThat(asked.err()).contains("leaves no room");
    refused(run(input, output, 3, "--protocol", folder.resolve("missing.json")), "missing.json");
  }

  @Test
  void goes_on_only_where_the_same_engine_device_and_number_format_compute(@TempDir Path folder)
      throws IOException {
    Path input = folder.resolve("pairs.jsonl");
    Path output = folder.resolve("measured.jsonl");
    Files.writeString(
        input,
        "{\"id\":\"a\",\"question\":\"q\",\"first\":\"x\",\"second\":\"y\",\"preferred\":\"FIRST\"}\n");
    assertThat(run(input, output, 3).exitCode()).isZero();
    Path fingerprint = folder.resolve("measured.jsonl.fingerprint.json");
    String made = Files.readString(fingerprint);
    assertThat(made).contains("\"engine\" : \"pytorch\"", "\"device\" : \"cpu\"");
    Files.writeString(
        fingerprint,
        made.replaceAll("\"number format\" : \"\\w+\"", "\"number format\" : \"other\""));
    refused(run(input, output, 3), "was made with number format other, now it is ");
  }

  @Test
  void two_runs_never_write_one_output(@TempDir Path folder) throws IOException {
    Path input = folder.resolve("pairs.jsonl");
    Path output = folder.resolve("measured.jsonl");
    Files.writeString(
        input,
        "{\"id\":\"a\",\"question\":\"q\",\"first\":\"x\",\"second\":\"y\",\"preferred\":\"FIRST\"}\n");
    OutputLock other = OutputLock.take(output);
    try {
      refused(run(input, output, 3, "--overwrite"), "is being written by another run: " + output);
      assertThat(output).doesNotExist();
    } finally {
      other.close();
    }
    assertThat(run(input, output, 3).exitCode()).isZero();
    refused(run(input, folder.resolve("none/out.jsonl"), 3), "--output cannot be written: ");
  }

  private static void refused(Program program, String part) {
    assertThat(program.exitCode()).isEqualTo(2);
    assertThat(program.err()).contains(part).doesNotContain("\tat ");
  }

  private static Program run(Path input, Path output, int maxNewTokens, Object... more) {
    List<Object> all =
        new ArrayList<>(
            List.of(
                "difficulty",
                "--checkpoint",
                Reference.path("qwen25vl-tiny-tied"),
                "--input",
                input,
                "--output",
                output));
    all.addAll(List.of("--attempts", 2, "--max-new-tokens", maxNewTokens));
    all.addAll(List.of("--device", "cpu", "--threads", 1));
    all.addAll(List.of(more));
    return Program.run(all.toArray());
  }
}
