package io.r1reward.core.protocol;

import static io.r1reward.Preferred.UNDECIDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.r1reward.InvalidInputException;
import io.r1reward.PreferencePair;
import io.r1reward.Preferred;
import io.r1reward.ResponseScores;
import io.r1reward.core.text.Message;
import io.r1reward.core.text.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtocolFileTest {
  private static final String USER = "\"user\": \"{question}/{first}/{second}\"";
  private static final PreferencePair PAIR =
      PreferencePair.builder()
          .question("q")
          .image(Path.of("x.png"))
          .first("a {second}")
          .second("b {media}")
          .build();

  @TempDir Path folder;

  @Test
  void the_built_in_protocol_is_a_file_of_this_format() {
    assertThat(ProtocolFile.resource("r1-reward.json").messages(PAIR))
        .isEqualTo(R1RewardProtocol.create().messages(PAIR));
    assertThat(R1RewardProtocol.create().stopStrings()).containsExactly("</answer>");
  }

  @Test
  void places_media_and_system_prompt_where_the_file_says() throws IOException {
    JudgeProtocol protocol =
        read(
            "{\"system\": [\"Judge.\", \"Be brief.\"],"
                + " \"user\": [\"Look: {media}\", \"{question} {first} {second} {x}\"]}");
    assertThat(protocol.messages(PAIR))
        .containsExactly(
            Message.system("Judge.\nBe brief."),
            Message.user(
                List.of(
                    Part.text("Look: "), Part.IMAGE, Part.text("\nq a {second} b {media} {x}"))));
    assertThat(read("{" + USER + "}").messages(PAIR))
        .containsExactly(Message.user(List.of(Part.IMAGE, Part.text("q/a {second}/b {media}"))));
  }

  /** Completions in the shapes that published judges answer in, with the deciding character. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true,
      value = {
        "think | <think>1. looks: Answer 1 (9/10) - good; Answer 2 (8/10) - poor. Total score: Answer 1: 9+8+9=26 Answer 2: 8+8+4=20</think><answer>Answer 1 is better</answer> | FIRST | 1 is better",
        "think | <think>x</think><answer>Answer 2 is better</answer> | SECOND | 2 is better",
        "think | <think>Answer 1 is better</think> | UNDECIDED | ''",
        "think | <think>x</think><answer>Answer 1 is better than Answer 2 is better</answer> | UNDECIDED | ''",
        "sentence | Answer 1 is fluent. In sum, Answer 2 is better. | SECOND | 2 is better",
        "sentence | Answer 2 is better at first sight. No: Answer 1 is better. | FIRST | 1 is better",
        "sentence | Both are good. | UNDECIDED | ''",
        "sentence | <think>Answer 1 is better. | UNDECIDED | ''",
        "boxed | I compare. \\boxed{1} no, \\boxed{2} | SECOND | 2}",
        "boxed | <think>\\boxed{2}</think>\\boxed{ 1 } | FIRST | 1 }",
        "boxed | \\boxed{3} | UNDECIDED | ''",
        "rubric | <rubric>1. 2.</rubric><eval>1 is worse</eval><answer>2</answer> | SECOND | 2</answer>",
        "rubric | <rubric>1. 2.</rubric><eval>2</eval> | UNDECIDED | ''",
        "letters | <think>A?</think>[[B]] | SECOND | B]]",
      })
  void reads_verdicts_by_the_rule_of_the_file(
      String judge, String completion, Preferred preferred, String rest) throws IOException {
    Map<String, String> rules =
        Map.of(
            "think",
            "{\"rule\": \"tag\", \"first\": \"Answer 1 is better\","
                + " \"second\": \"Answer 2 is better\"}",
            "sentence",
            "{\"rule\": \"pattern\", \"pattern\": \"(?i)answer ([12]) is better\"}",
            "boxed",
            "{\"rule\": \"boxed\"}",
            "rubric",
            "{\"rule\": \"last-after-reasoning\"}",
            "letters",
            "{\"open\": \"[[\", \"close\": \"]]\", \"first\": \"A\", \"second\": \"B\"}");
    JudgeProtocol protocol = read("{" + USER + ", \"verdict\": " + rules.get(judge) + "}");
    Verdict verdict = protocol.read(completion);
    assertThat(verdict.preferred()).isEqualTo(preferred);
    assertThat(verdict.answerPosition().isPresent()).isEqualTo(preferred != UNDECIDED);
    assertThat(
            verdict.answerPosition().isEmpty()
                ? ""
                : completion.substring(verdict.answerPosition().getAsInt()))
        .startsWith(rest);
  }

  @Test
  void reads_scores_of_both_responses_and_ratings_of_one() throws IOException {
    JudgeProtocol protocol =
        read(
            "{"
                + USER
                + ", \"scores\": {\"first\": \"Answer 1: [0-9.+]*=([0-9.]+)\","
                + " \"second\": \"Answer 2: [0-9.+]*=([0-9.]+)\"},"
                + " \"rating\": {\"user\": \"{media}{question}: {response}\","
                + " \"pattern\": \"Final Score: (-?[0-9.]+)\"}}");
    assertThat(protocol.scores("Answer 1: 9+8+9=26\nAnswer 2: 8+8+4.5=20.5"))
        .contains(new ResponseScores(26, 20.5));
    assertThat(protocol.scores("Answer 1: 9=9 Answer 2: 1=1 Answer 1: 3=3"))
        .contains(new ResponseScores(3, 1));
    assertThat(protocol.scores("Answer 1: 9+8+9=26")).isEmpty();
    assertThat(protocol.scores("Answer 1: 9=1.2.3 Answer 2: 1=1")).isEmpty();
    assertThat(protocol.rating("Final Score: 3. Hm. Final Score: -4.5")).hasValue(-4.5);
    assertThat(protocol.rating("4")).isEmpty();
    assertThat(protocol.ratingMessages("q", PAIR.media(), "{question}"))
        .contains(List.of(Message.user(List.of(Part.IMAGE, Part.text("q: {question}")))));
    assertThat(R1RewardProtocol.create().ratingMessages("q", List.of(), "r")).isEmpty();
  }

  @Test
  void reads_stop_strings_and_limits() throws IOException {
    JudgeProtocol protocol =
        read(
            "{"
                + USER
                + ", \"stop\": [\"END\"], \"max_pixels\": 501760, \"max_new_tokens\": 4096}");
    assertThat(protocol.stopStrings()).containsExactly("END");
    assertThat(protocol.maxPixels()).hasValue(501_760);
    assertThat(protocol.maxNewTokens()).hasValue(4096);
    assertThat(read("{" + USER + ", \"verdict\": {\"rule\": \"boxed\"}}").stopStrings())
        .containsExactly("}");
    assertThat(
            read("{" + USER + ", \"verdict\": {\"rule\": \"pattern\", \"pattern\": \"(1)\"}}")
                .stopStrings())
        .isEmpty();
  }

  @Test
  @Timeout(10)
  void a_pattern_takes_linear_time_whatever_it_is() throws IOException {
    JudgeProtocol protocol =
        read("{" + USER + ", \"verdict\": {\"rule\": \"pattern\", \"pattern\": \"(a+)+b([12])\"}}");
    assertThat(protocol.read("a".repeat(100_000)).preferred()).isEqualTo(UNDECIDED);
  }

  @Test
  void the_path_of_a_file_is_the_name_of_its_protocol() throws IOException {
    Path file = Files.writeString(folder.resolve("judge.json"), "{" + USER + "}");
    assertThat(Protocols.fromOptions(Map.of("protocol", file.toString())).messages(PAIR))
        .hasSize(1);
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(
            () ->
                Protocols.fromOptions(
                    Map.of("protocol", file.toString(), "protocol.verdict", "first")))
        .withMessageContaining("has no option protocol.verdict");
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> Protocols.fromOptions(Map.of("protocol", "nowhere.json")))
        .withMessage("nowhere.json: there is no such protocol file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ | is not JSON: ",
        "[] | the file must be a JSON object",
        "{} | user is missing, expected the text of the prompt",
        "{\"user\": 7} | user is 7, expected a text",
        "{\"user\": [\"{question}\", 7]} | 7 stands where a text is expected",
        "{\"user\": \"{question}{first}\"} | the prompt template has no {second}",
        "{\"user\": \"{question}{first}{second}{media}{media}\"} | has more than one {media}",
        "{\"user\": \"{question}{first}{second}\", \"user\": \"\"} | Duplicate",
        "{U, \"verdikt\": {}} | the file has no setting \"verdikt\"",
        "{U, \"verdict\": \"tag\"} | verdict is \"tag\", expected an object",
        "{U, \"verdict\": {\"rule\": \"oracle\"}} | verdict.rule is \"oracle\", expected tag, boxed",
        "{U, \"verdict\": {\"pattern\": \"x\"}} | verdict has no setting \"pattern\"",
        "{U, \"verdict\": {\"open\": \"<\"}} | verdict.close is missing, expected a text",
        "{U, \"verdict\": {\"open\": \"\", \"close\": \"\"}} | answer markers must not be empty",
        "{U, \"verdict\": {\"first\": \"1\"}} | verdict.second is missing, expected a text",
        "{U, \"verdict\": {\"first\": \"1\", \"second\": \"12\"}} | answers must not hold one another",
        "{U, \"verdict\": {\"rule\": \"pattern\"}} | verdict.pattern is missing, expected a text",
        "{U, \"verdict\": {\"rule\": \"pattern\", \"pattern\": \"(1\"}} | no regular expression of RE2",
        "{U, \"verdict\": {\"rule\": \"pattern\", \"pattern\": \"1\"}} | needs a group ( )",
        "{U, \"scores\": {\"first\": \"(1)\"}} | scores.second is missing, expected a text",
        "{U, \"rating\": {\"user\": \"{question}\", \"pattern\": \"(1)\"}} | the rating template has no {response}",
        "{U, \"stop\": \"x\"} | stop is \"x\", expected a list of texts",
        "{U, \"max_pixels\": 100} | max_pixels must be at least 784, got 100",
        "{U, \"max_new_tokens\": 1.5} | max_new_tokens is 1.5, expected a whole number",
      })
  void each_mistake_has_its_own_message(String content, String message) {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> read(content.replace("U,", USER + ",")))
        .satisfies(e -> assertThat(e.getMessage()).contains("judge.json: ").contains(message));
  }

  private TemplateProtocol read(String content) throws IOException {
    return ProtocolFile.read(Files.writeString(folder.resolve("judge.json"), content));
  }
}
