package io.r1reward.examples.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.core.testing.Reference;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DifficultyCommandTest {

  @Test
  void pairs_come_back_with_what_the_judge_needed(@TempDir Path folder) throws IOException {
    Path input = folder.resolve("pairs.jsonl");
    Path output = folder.resolve("measured.jsonl");
    String pair =
        "{\"id\":\"a\",\"question\":\"q\",\"first\":\"x\",\"second\":\"y\",\"preferred\":\"FIRST\"}\n";
    Files.writeString(input, pair + pair.replace("FIRST", "SECOND"));
    StringWriter out = new StringWriter();
    int code =
        new CommandLine(new DifficultyCommand())
            .setOut(new PrintWriter(out, true))
            .execute(
                "--checkpoint",
                Reference.path("qwen25vl-tiny-tied").toString(),
                "--input",
                input.toString(),
                "--output",
                output.toString(),
                "--attempts",
                "2",
                "--max-new-tokens",
                "3",
                "--device",
                "cpu",
                "--threads",
                "1");
    assertThat(code).isZero();
    assertThat(out.toString()).contains("2 pairs with their difficulty");
    // random weights do not reach a verdict in 3 tokens
    assertThat(Files.readString(output))
        .isEqualTo(Files.readString(input).replace("}", ",\"difficulty\":0}"));
  }
}
