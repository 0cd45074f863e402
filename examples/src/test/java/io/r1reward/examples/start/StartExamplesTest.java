package io.r1reward.examples.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples do what they say, with the judge in the jar. */
class StartExamplesTest {
  private static final int MOST_LINES = 50;

  @TempDir Path folder;

  @Test
  void one_pair_has_a_preference_a_soft_score_and_a_reason() throws Exception {
    String printed = run("ScoreOnePair");

    Matcher soft = match("Soft score of FIRST: (\\S+)", printed);
    assertThat(Double.parseDouble(soft.group(1))).isBetween(0.0, 0.5);
    assertThat(printed)
        .startsWith("Preferred: SECOND")
        .contains("<think>I see blue two, yellow four, orange one, green one.");
  }

  @Test
  void votes_for_the_true_response_are_cast_in_both_orders() throws Exception {
    String printed = run("VoteInBothOrders");

    assertThat(printed).contains("GIVEN SECOND", "SWAPPED SECOND");
    Matcher shares = match("FIRST (\\S+), SECOND (\\S+) of the votes", printed);
    double second = Double.parseDouble(shares.group(2));
    assertThat(second).isGreaterThan(0.5);
    assertThat(Double.parseDouble(shares.group(1)) + second).isCloseTo(1, within(0.011));
  }

  @Test
  void the_response_without_a_mistake_is_ranked_first() throws Exception {
    List<String> ranked = run("RankCandidates").lines().toList();

    assertThat(ranked).hasSize(4);
    assertThat(ranked.get(0))
        .endsWith("  The answer is one. I also see the yellow bar is four high.");
    List<Double> points =
        ranked.stream().map(line -> Double.valueOf(line.substring(0, line.indexOf(' ')))).toList();
    assertThat(points).isSortedAccordingTo(Comparator.reverseOrder());
    // every comparison gives one point, shared: four candidates have six
    assertThat(points.stream().mapToDouble(p -> p).sum()).isCloseTo(6, within(1e-9));
  }

  @Test
  void reasoning_comes_before_the_verdict() throws Exception {
    String printed = run("StreamReasoning");

    assertThat(printed)
        .startsWith("<think>I see blue two, yellow four, orange one, green one.")
        .contains("</think><answer>2</answer>")
        .endsWith("Preferred: SECOND" + System.lineSeparator());
  }

  @Test
  void prompt_and_verdict_come_from_the_file() throws Exception {
    String printed = run("AnotherProtocol");

    // the file shows the second response first, and has "1" mean the second
    assertThat(printed)
        .startsWith("Preferred: SECOND")
        .contains("Response 1 says one, I see one, yes;")
        .contains("Response 2 says two, I see one, no.")
        .contains("<answer>1</answer>");
  }

  @Test
  void own_reward_counts_in_both_iterations() throws Exception {
    String[] iterations = run("OwnReward").split("Iteration ");

    assertThat(iterations).hasSize(3);
    for (int i = 1; i <= 2; i++) {
      String printed = iterations[i];
      assertThat(printed).startsWith(String.valueOf(i));
      double brief = metric("reward/brief", printed);
      // the mean over judgements of max(0, 1 - tokens / 100)
      assertThat(brief)
          .isGreaterThan(0)
          .isGreaterThanOrEqualTo(1 - metric("response/length", printed) / 100)
          .isLessThan(1);
      // R = R_result (1 + 0.5 R_consistency) + 0.5 R_format + 0.2 R_brief
      double result = metric("reward/result", printed);
      assertThat(metric("reward/mean", printed))
          .isCloseTo(
              result * (1 + 0.5 * metric("reward/consistency", printed))
                  + 0.5 * metric("reward/format", printed)
                  + 0.2 * brief,
              within(1e-9));
    }
  }

  @Test
  void export_in_four_bits_judges_alike() throws Exception {
    assertThat(run("ExportInt4").lines()).containsExactly("Engine: onnx", "Preferred: SECOND");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ScoreOnePair",
        "VoteInBothOrders",
        "RankCandidates",
        "StreamReasoning",
        "AnotherProtocol",
        "OwnReward",
        "ExportInt4"
      })
  void an_example_is_short_and_takes_a_checkpoint(String name) throws Exception {
    Path source = Path.of("src/main/java/io/r1reward/examples/start", name + ".java");
    List<String> lines = Files.readAllLines(source);
    int begin = lines.indexOf("public final class " + name + " {");
    assertThat(begin).isPositive();
    assertThat(lines.subList(begin + 1, lines.lastIndexOf("}"))).hasSizeBetween(20, MOST_LINES);

    Path missing = folder.resolve("no-such-judge");
    assertThatThrownBy(() -> run(name, missing.toString()))
        .rootCause()
        .hasMessageContaining(missing.toString());
  }

  @Test
  void a_temporary_folder_is_gone_with_all_that_is_in_it() throws IOException {
    Path path;
    try (TemporaryFolder temporary = TemporaryFolder.make()) {
      path = temporary.path();
      Files.createFile(Files.createDirectory(path.resolve("below")).resolve("file"));
    }

    assertThat(path).doesNotExist();
  }

  private static double metric(String name, String printed) {
    return Double.parseDouble(match(" " + name + " (\\S+)", printed).group(1));
  }

  private static Matcher match(String pattern, String printed) {
    Matcher matcher = Pattern.compile(pattern).matcher(printed);
    assertThat(matcher.find()).as(printed).isTrue();
    return matcher;
  }

  /** Runs an example and returns what it printed. */
  private static String run(String name, String... args) throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      Class.forName(StartExamplesTest.class.getPackageName() + "." + name)
          .getMethod("main", String[].class)
          .invoke(null, (Object) args);
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }
}
