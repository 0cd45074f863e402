package io.r1reward.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.r1reward.Judgement;
import io.r1reward.Order;
import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.RewardModel;
import io.r1reward.Sampling;
import io.r1reward.ScoreRequest;
import io.r1reward.Voting;
import io.r1reward.core.testing.Reference;
import java.awt.image.BufferedImage;
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

/** The whole way from a file of pairs through the PyTorch engine, over a tiny checkpoint. */
class ScoreEndToEndTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final List<String> PAIRS =
      List.of(
          """
          {"id":"text","question":"Is water wet?","first":"Yes.","second":"No."}""",
          """
          {"id":"picture","prompt":"Which colour?","chosen":"red","rejected":"<answer>1</answer>",\
          "image":"red.png"}""",
          """
          {"id":"missing","question":"What is it?","first":"a","second":"b","image":"none.png"}""",
          """
          {"id":"video","question":"What moves?","first":"","second":"it",\
          "video":["red.png","red.png","red.png"],"fps":1.0}""");

  @TempDir Path folder;
  private Path input;

  @BeforeEach
  void writes_pairs_and_a_picture() throws IOException {
    BufferedImage red = new BufferedImage(56, 84, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 84; y++) {
      for (int x = 0; x < 56; x++) {
        red.setRGB(x, y, 0xD02020 + x);
      }
    }
    ImageIO.write(red, "png", folder.resolve("red.png").toFile());
    input = Files.writeString(folder.resolve("pairs.jsonl"), String.join("\n", PAIRS) + "\n");
  }

  @Test
  void writes_what_the_api_gives_and_an_error_for_the_missing_picture() throws IOException {
    Path output = folder.resolve("scores.jsonl");

    Program program =
        score(output, "--votes", 2, "--both-orders", "--temperature", 0.9, "--seed", 5, "--tokens");

    assertThat(program.exitCode()).isEqualTo(1);
    List<JsonNode> lines = read(output);
    assertThat(lines)
        .extracting(line -> line.path("id").asText())
        .containsExactly("text", "picture", "missing", "video");
    assertThat(lines.get(2).path("line").asInt()).isEqualTo(3);
    assertThat(lines.get(2).path("error").asText()).contains("none.png");

    PreferencePair picture =
        PreferencePair.builder()
            .question("Which colour?")
            .image(folder.resolve("red.png"))
            .first("red")
            .second("<answer>1</answer>")
            .build();
    try (RewardModel model =
        RewardModel.builder().checkpoint(checkpoint()).device("cpu").dtype("float32").load()) {
      PreferenceScore expected =
          model.score(
              ScoreRequest.builder(picture)
                  .voting(Voting.majority(2).inBothOrders().toTheEnd())
                  .sampling(Sampling.builder().temperature(0.9).seed(5).maxNewTokens(12).build())
                  .build());
      assertSame(lines.get(1), expected);
    }
  }

  @Test
  void a_run_that_was_killed_goes_on_to_the_same_output() throws IOException {
    Path whole = folder.resolve("whole.jsonl");
    score(whole);
    Files.copy(
        folder.resolve("whole.jsonl.fingerprint.json"),
        folder.resolve("cut.jsonl.fingerprint.json"));
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = folder.resolve("cut.jsonl");
    int half = Files.readString(whole).indexOf("\"picture\"") + 30;
    Files.write(cut, Arrays.copyOf(bytes, half));

    assertThat(score(cut).exitCode()).isEqualTo(1);

    assertThat(read(cut)).hasSize(4);
    assertThat(tokensAndVerdicts(cut)).isEqualTo(tokensAndVerdicts(whole));
    assertThat(score(cut).exitCode()).isEqualTo(1); // all is there, one line failed
  }

  @Test
  void votes_are_the_same_alone_and_in_a_batch() throws IOException {
    Path alone = folder.resolve("alone.jsonl");
    Path together = folder.resolve("together.jsonl");

    score(alone, "--votes", 3, "--seed", 9, "--batch", 1);
    score(together, "--votes", 3, "--seed", 9, "--batch", 8);

    assertThat(tokensAndVerdicts(together)).isEqualTo(tokensAndVerdicts(alone));
  }

  @Test
  void the_quickstart_judges_the_shipped_picture() {
    Program program =
        Program.run(
            "quickstart", "--checkpoint", checkpoint(), "--device", "cpu", "--max-new-tokens", 8);

    assertThat(program.exitCode()).isZero();
    assertThat(program.out()).contains("Preferred:  ");
  }

  private Program score(Path output, Object... options) {
    Object[] all = new Object[options.length + 13];
    Object[] common = {
      "score",
      "--checkpoint",
      checkpoint(),
      "--input",
      input,
      "--output",
      output,
      "--device",
      "cpu",
      "--dtype",
      "float32",
      "--max-new-tokens",
      12
    };
    System.arraycopy(common, 0, all, 0, 13);
    System.arraycopy(options, 0, all, 13, options.length);
    return Program.run(all);
  }

  private static Path checkpoint() {
    return Reference.path("qwen25vl-tiny");
  }

  private static List<JsonNode> read(Path file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      lines.add(MAPPER.readTree(line));
    }
    return lines;
  }

  /** What does not depend on the last bits of a batch's sums. */
  private static List<String> tokensAndVerdicts(Path file) throws IOException {
    List<String> all = new ArrayList<>();
    for (JsonNode line : read(file)) {
      all.add(line.path("id") + " " + line.path("preferred") + " " + line.path("first"));
      for (JsonNode judgement : line.path("judgements")) {
        all.add(judgement.path("text") + " " + judgement.path("finish_reason"));
      }
    }
    return all;
  }

  private static void assertSame(JsonNode line, PreferenceScore expected) {
    assertThat(line.path("preferred").asText()).isEqualTo(expected.preferred().name());
    assertThat(line.path("first").asDouble()).isEqualTo(expected.first());
    assertThat(line.path("prompt_tokens").asInt()).isEqualTo(expected.promptTokens());
    assertThat(line.path("judgements")).hasSize(4);
    for (int i = 0; i < 4; i++) {
      JsonNode written = line.path("judgements").get(i);
      Judgement judgement = expected.judgements().get(i);
      assertThat(written.path("text").asText()).isEqualTo(judgement.text());
      assertThat(written.path("order").asText())
          .isEqualTo(i % 2 == 0 ? "given" : "swapped")
          .isEqualTo(judgement.order() == Order.GIVEN ? "given" : "swapped");
      List<Integer> tokens = new ArrayList<>();
      written.path("tokens").forEach(token -> tokens.add(token.asInt()));
      assertThat(tokens).isNotEmpty().isEqualTo(judgement.tokens());
      assertThat(written.path("log_probability").asDouble())
          .isCloseTo(judgement.logProbability(), within(1e-3));
    }
  }
}
