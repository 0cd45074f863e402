package io.r1reward.examples.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.r1reward.examples.EmbeddedJudge;
import io.r1reward.examples.FakeProvider;
import io.r1reward.examples.Program;
import io.r1reward.train.benchmark.EvaluatedPair;
import io.r1reward.train.benchmark.EvaluatedPairJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {
  @TempDir Path folder;
  private Path fake;

  @BeforeEach
  void make_a_judge_that_prefers_the_longer_response() throws IOException {
    fake = Files.createDirectory(folder.resolve("fake"));
    Files.createFile(fake.resolve("fake-judge"));
  }

  private static Program evaluate(Path checkpoint, Path input, Path output, Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of("evaluate", "--checkpoint", checkpoint, "--input", input, "--output", output));
    words.addAll(Arrays.asList(more));
    return Program.run(words.toArray());
  }

  /**
   * Two reasoning pairs of one id, whose chosen responses are longer and shorter, and a general.
   */
  private Path benchmark() throws IOException {
    return Files.writeString(
        folder.resolve("vl.jsonl"),
        """
        {"id":"mathverse_1","query":"q","response":["longer","short"],"human_ranking":[0,1]}
        {"id":"mathverse_1","query":"q","response":["longer","short"],"human_ranking":[1,0]}
        {"id":"wildvision-2","prompt":"q","chosen":"longer","rejected":"short"}
        {"id":"wildvision-3","prompt":"unreadable","chosen":"a","rejected":"b"}
        """);
  }

  @Test
  void reports_a_benchmark_beside_the_papers_figures() throws IOException {
    Path output = folder.resolve("out");

    Program program =
        evaluate(fake, benchmark(), output, "--benchmark", "vl-reward-bench", "--preset", "paper");

    assertThat(program.exitCode()).as(program.err()).isEqualTo(1); // one pair cannot be judged
    assertThat(program.out())
        .isEqualTo(Files.readString(output.resolve("report.md")))
        .startsWith("# vl-reward-bench\n")
        .contains("| order", "the chosen response first, always")
        .containsPattern("\\| pixels +\\| at most 501760 ")
        .containsPattern("\\| general +\\| 1 +\\| 100.00 +\\|.*\\| 63.84 +\\| 66.32 +\\|")
        .containsPattern("\\| reasoning +\\| 2 +\\| 50.00 +\\|.*\\| 0.00 +\\|.*\\| 64.78 ")
        .containsPattern("\\| overall +\\| 3 +\\| 66.67 +\\|.*\\| 71.92 +\\| 76.46 +\\|")
        .containsPattern("\\| macro +\\| +\\| 75.00 +\\|.*\\| 71.44 ")
        .contains("1 pairs could not be judged and count nowhere");
    assertThat(FakeProvider.settings.maxPixels()).isEqualTo(501_760);
    JsonNode summary = new ObjectMapper().readTree(output.resolve("summary.json").toFile());
    assertThat(summary.at("/overall/accuracy").asDouble()).isEqualTo(2.0 / 3);
    assertThat(summary.at("/categories/reasoning/accuracy_plus").asDouble()).isZero();
    assertThat(summary.at("/failed").asInt()).isEqualTo(1);
    assertThat(ImageIO.read(output.resolve("report.png").toFile()).getWidth()).isGreaterThan(500);
  }

  @Test
  void compares_two_evaluations_pair_by_pair() throws IOException {
    Path input =
        Files.writeString(
            folder.resolve("pairs.jsonl"),
            """
        {"id":"1","prompt":"q","chosen":"longer","rejected":"short"}
        {"id":"2","prompt":"q","chosen":"longer","rejected":"short"}
        """);
    Path one = folder.resolve("one");
    Path other = folder.resolve("other");
    assertThat(evaluate(fake, input, one, "--preset", "paper").exitCode()).isZero();
    Files.createDirectory(other);
    String lines = Files.readString(one.resolve("pairs.jsonl"));
    Files.writeString(
        other.resolve("pairs.jsonl"), lines.replaceFirst("\"verdict\":1", "\"verdict\":2"));

    Program again = evaluate(fake, input, one, "--preset", "paper", "--against", other);

    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.out())
        .containsPattern("trials in both +\\| 2, in one alone 0")
        .containsPattern("difference in points +\\| \\+50.00, ")
        .containsPattern("right here alone, there alone +\\| 1, 0; McNemar p = 1.000");
    assertThat(evaluate(fake, input, one, "--preset", "paper", "--against", fake).err())
        .contains("is no evaluation: it has no pairs.jsonl");
  }

  @Test
  void a_killed_run_of_the_judge_in_the_jar_goes_on_to_the_same_bytes() throws IOException {
    Path judge = Files.createDirectory(folder.resolve("judge"));
    EmbeddedJudge.copyTo(judge);
    Path scenes = folder.resolve("scenes");
    Program.run("scenes", "--output", scenes, "--count", 6);
    Path input = scenes.resolve("pairs.jsonl");
    Path whole = folder.resolve("whole");
    Path killed = folder.resolve("killed");

    Program program = evaluate(judge, input, whole, "--votes", 3, "--texts");
    assertThat(program.exitCode()).as(program.err()).isZero();
    assertThat(program.out())
        .contains("both orders, each a trial", "3 of each trial, temperature 1.0")
        .contains("| votes | Acc %", "goes with the place", "expected calibration error")
        .containsPattern("engine +\\| pytorch");
    List<String> lines = Files.readAllLines(whole.resolve("pairs.jsonl"));
    assertThat(lines).hasSize(6);
    EvaluatedPair pair = EvaluatedPairJson.read(lines.get(0));
    assertThat(pair.trials()).hasSize(2);
    assertThat(pair.trials().get(1).votes()).hasSize(3);
    assertThat(pair.trials().get(0).votes().get(0).text()).contains("<answer>");

    // as a kill leaves it: two lines and half a third
    Files.createDirectory(killed);
    Files.writeString(
        killed.resolve("pairs.jsonl"),
        lines.get(0) + "\n" + lines.get(1) + "\n" + lines.get(2).substring(0, 40));
    Files.copy(
        whole.resolve("pairs.jsonl.fingerprint.json"),
        killed.resolve("pairs.jsonl.fingerprint.json"));
    Program resumed = evaluate(judge, input, killed, "--votes", 3, "--texts", "--batch", 2);
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(killed.resolve("pairs.jsonl")).hasSameTextualContentAs(whole.resolve("pairs.jsonl"));
    assertThat(resumed.out()).isEqualTo(program.out());

    Program other = evaluate(judge, input, killed, "--votes", 2, "--texts");
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).contains("was made with --votes 3, now it is 2");
  }

  @Test
  void wrong_input_is_named() throws IOException {
    Path output = folder.resolve("out");
    Path input = benchmark();
    assertThat(evaluate(fake, input, output, "--benchmark", "imagenet").err())
        .contains("must be one of vl-reward-bench, multimodal-reward-bench,", "got imagenet");
    assertThat(evaluate(fake, input, output, "--preset", "fair").err())
        .contains("both-orders", "but was 'fair'");
    assertThat(evaluate(fake, input, output, "--votes", 0).err())
        .contains("samples must be from 1 to 4096, got 0");
    assertThat(evaluate(fake, input, output, "--limit", 0).err())
        .contains("--limit must be at least 1, got 0");
    assertThat(evaluate(fake, folder.resolve("none"), output).err()).contains("does not exist");
    Files.writeString(input, "{\"id\":\"1\",\"prompt\":\"q\",\"chosen\":\"a\"}\n");
    assertThat(evaluate(fake, input, output).err())
        .contains("vl.jsonl line 1", "second (or rejected) is missing");
    Files.writeString(input, "\n");
    assertThat(evaluate(fake, input, output).err()).contains("has no pair");
  }
}
