package io.r1reward.core.protocol;

import static io.r1reward.Preferred.FIRST;
import static io.r1reward.Preferred.SECOND;
import static io.r1reward.Preferred.UNDECIDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.InvalidInputException;
import io.r1reward.PreferencePair;
import io.r1reward.core.text.Message;
import io.r1reward.core.text.Part;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TemplateProtocolTest {
  private static final PreferencePair PAIR =
      PreferencePair.builder()
          .question("q {first}")
          .image(Path.of("x.png"))
          .first("a {second}")
          .second("b {question}")
          .build();

  @Test
  void fills_places_in_one_pass_and_keeps_other_braces() {
    JudgeProtocol protocol =
        TemplateProtocol.builder()
            .template("{{question}} {x} {second}|{first}|{second}")
            .systemPrompt("Judge.")
            .build();
    assertThat(protocol.messages(PAIR))
        .containsExactly(
            Message.system("Judge."),
            Message.user(
                List.of(
                    Part.IMAGE,
                    Part.text("{q {first}} {x} b {question}|a {second}|b {question}"))));
  }

  @Test
  void reads_its_own_answers_between_its_own_markers() {
    JudgeProtocol protocol =
        TemplateProtocol.builder()
            .template("{question}{first}{second}")
            .answers("Answer 1 is better", "Answer 2 is better")
            .answerMarkers("[[", "]]")
            .build();
    String text = "<think>[[Answer 1 is better]]</think>[[ Answer 2 is better ]]";
    Verdict verdict = protocol.read(text);
    assertThat(verdict.preferred()).isEqualTo(SECOND);
    assertThat(verdict.answerPosition()).hasValue(text.lastIndexOf('2'));
    assertThat(protocol.read("[[Answer 1 is better]]").preferred()).isEqualTo(FIRST);
    assertThat(protocol.read("Answer 1 is better").preferred()).isEqualTo(UNDECIDED);
    assertThat(protocol.read("<think>[[Answer 1 is better]]").preferred()).isEqualTo(UNDECIDED);
    assertThat(protocol.read("[[Answer 1 is better, Answer 2 is better]]").preferred())
        .isEqualTo(UNDECIDED);
    assertThat(protocol.stopStrings()).containsExactly("]]");
    assertThat(protocol.firstAnswer()).isEqualTo("1 is better");
  }

  @Test
  void refuses_a_template_without_all_places() {
    TemplateProtocol.Builder builder = TemplateProtocol.builder().template("{question}{first}");
    assertThatThrownBy(builder::build)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("{second}");
    assertThatThrownBy(() -> TemplateProtocol.builder().build())
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(
            () ->
                TemplateProtocol.builder()
                    .template("{question}{first}{second}")
                    .answers("1", "12")
                    .build())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("\"12\"");
  }

  @Test
  void options_choose_a_protocol() {
    assertThat(Protocols.fromOptions(Map.of("device.thing", "x")))
        .isSameAs(Protocols.fromOptions(Map.of("protocol", "r1-reward")));
    assertThat(
            Protocols.fromOptions(Map.of("protocol.verdict", "published-whole-text"))
                .read("<answer>1</answer><answer>2</answer>")
                .preferred())
        .isEqualTo(FIRST);
    assertThat(
            Protocols.fromOptions(
                    Map.of(
                        "protocol", "template",
                        "protocol.template", "{question}/{first}/{second}",
                        "protocol.first-answer", "A",
                        "protocol.second-answer", "B",
                        "protocol.answer-start", "(",
                        "protocol.answer-end", ")"))
                .read("(B)")
                .preferred())
        .isEqualTo(SECOND);
  }

  @Test
  void options_that_make_no_sense_are_named() {
    assertThatThrownBy(() -> Protocols.fromOptions(Map.of("protocol", "oracle")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("oracle");
    assertThatThrownBy(() -> Protocols.fromOptions(Map.of("protocol.verdict", "best")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("best")
        .hasMessageContaining("published-first-line");
    assertThatThrownBy(() -> Protocols.fromOptions(Map.of("protocol.templat", "x")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("protocol.templat");
    assertThatThrownBy(() -> Protocols.fromOptions(Map.of("protocol", "template")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("protocol.template");
  }
}
