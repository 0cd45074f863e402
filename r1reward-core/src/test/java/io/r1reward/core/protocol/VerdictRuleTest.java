package io.r1reward.core.protocol;

import static io.r1reward.Preferred.FIRST;
import static io.r1reward.Preferred.SECOND;
import static io.r1reward.Preferred.UNDECIDED;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.io.Resources;
import io.r1reward.Preferred;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictRuleTest {
  private static final VerdictRule DEFAULT = VerdictRule.LAST_AFTER_REASONING;

  @Test
  void published_rules_find_the_published_answers() throws IOException {
    assertThat(check(VerdictRule.PUBLISHED_FIRST_LINE, "mm_rlhf")).isEqualTo(56);
    assertThat(
            check(VerdictRule.PUBLISHED_WHOLE_TEXT, "vl_reward_bench_and_multimodal_rewardbench"))
        .isEqualTo(56);
  }

  private static int check(VerdictRule rule, String script) throws IOException {
    JsonNode answers = answers();
    for (JsonNode entry : answers) {
      String text = entry.get("text").asText();
      JsonNode published = entry.get(script);
      VerdictRule.Reading reading = rule.find(text);
      String answer = reading.start() < 0 ? null : text.substring(reading.start(), reading.end());
      assertThat(answer).as(text).isEqualTo(published.get("answer").textValue());
      // [1, 0] is the first response; the scripts give [0, 1] to all else, decided or not
      boolean first = published.get("rewards").get(0).intValue() == 1;
      assertThat(rule.read(text).preferred() == FIRST).as(text).isEqualTo(first);
    }
    return answers.size();
  }

  @Test
  void the_default_agrees_where_the_published_text_has_one_clear_answer() throws IOException {
    int compared = 0;
    for (JsonNode entry : answers()) {
      String text = entry.get("text").asText();
      if (entry.get("format_ok").asBoolean()) {
        String answer = entry.at("/mm_rlhf/answer").asText();
        Preferred expected = answer.equals("1") ? FIRST : answer.equals("2") ? SECOND : UNDECIDED;
        assertThat(DEFAULT.read(text).preferred()).as(text).isEqualTo(expected);
        compared++;
      }
    }
    assertThat(compared).isEqualTo(6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        // the last answer after the reasoning
        "<think>a</think><answer>1</answer> | FIRST",
        "<think>a</think><answer>2</answer> | SECOND",
        "<think>quotes <answer>1</answer></think><answer>2</answer> | SECOND",
        "<answer>1</answer><think>a</think><answer>2</answer> | SECOND",
        "<answer>1</answer> but actually <answer>2</answer> | SECOND",
        "<think>a</think><answer>1<answer>2</answer></answer> | SECOND",
        "<think>a</think><answer>2</answer></answer></answer> | SECOND",
        "<think>a</think></answer><answer>2</answer><answer> | SECOND",
        "<think>a</think><think>1</think><answer>2</answer> | SECOND",
        // what counts as 1 or 2
        "<answer> 1 </answer> | FIRST",
        "<answer>Response 1</answer> | FIRST",
        "<answer>1.0</answer> | FIRST",
        "<answer>02</answer> | SECOND",
        "<answer>１</answer> | FIRST",
        "<answer>both</answer> | UNDECIDED",
        "<answer>both</answer> 1 | UNDECIDED",
        "<answer>1/2</answer> | UNDECIDED",
        "<answer>12</answer> | UNDECIDED",
        "<answer>11</answer> | UNDECIDED",
        "<answer>1 of 3</answer> | UNDECIDED",
        "<answer>3</answer> | UNDECIDED",
        "<answer>nan</answer> | UNDECIDED",
        "<answer>1e999999999</answer> | UNDECIDED",
        "<answer></answer> | UNDECIDED",
        // no complete answer: what is clearly said after the reasoning
        "<think>1 1 1</think> so 2 | UNDECIDED",
        "<think>2 2 2</think> no digit | UNDECIDED",
        "<answer>1 | FIRST",
        "2</answer> | SECOND",
        "<ANSWER>1</ANSWER> | FIRST",
        "<answer>1</ answer> 2 | UNDECIDED",
        "</answer>1<answer> | UNDECIDED",
        "Response 2 is better than response 1 | SECOND",
        "１ | FIRST",
        "3 and 4 | UNDECIDED",
        "<think> | UNDECIDED",
        "</think> | UNDECIDED",
        "\"\" | UNDECIDED",
      })
  void the_default_reads_hostile_outputs(String text, Preferred expected) {
    Verdict verdict = DEFAULT.read(text);
    assertThat(verdict.preferred()).isEqualTo(expected);
    assertThat(verdict.answerPosition().isPresent()).isEqualTo(expected != UNDECIDED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // text, and the index of the deciding character counted by hand
        "<answer>1</answer> | 8",
        "<think>1</think><answer> 2</answer> | 25",
        "<answer>Response 1</answer> | 17",
        "Response 1 fails. Answer: 2 | 26",
        "<answer>02</answer> | 9",
      })
  void names_the_character_that_decides(String text, int position) {
    assertThat(DEFAULT.read(text).answerPosition()).hasValue(position);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "<think> so </think><answer>1</answer> | so",
        "so</think>1 | so",
        "<think>cut off | cut off",
        "<think>cut off<answer>1</answer> | cut off",
        "a<think>b<think>c</think>d</think> | b<think>c",
        "<answer>1</answer> | \"\"",
      })
  void finds_the_reasoning(String text, String reasoning) {
    assertThat(DEFAULT.read(text).reasoning()).isEqualTo(reasoning);
  }

  @Test
  void megabytes_of_tags_are_read_in_a_few_passes() {
    int count = 1 << 18;
    for (String unit :
        new String[] {"<answer>", "</answer>", "<think>", "<", "1", "<answer>x</answer>"}) {
      String text = unit.repeat(count);
      for (VerdictRule rule : VerdictRule.values()) {
        assertThat(rule.read(text + "</think><answer>2</answer>").preferred())
            .as("%s, %s", rule, unit)
            .isIn(SECOND, UNDECIDED);
      }
      assertThat(DEFAULT.read(text + "</think><answer>2</answer>").preferred()).isEqualTo(SECOND);
      assertThat(ResponseFormat.isStrict("<think>" + text)).isFalse();
    }
    String digits = "<answer>" + "1".repeat(1 << 20) + "</answer>";
    assertThat(DEFAULT.read(digits).preferred()).isEqualTo(UNDECIDED);
    assertThat(VerdictRule.PUBLISHED_WHOLE_TEXT.read(digits).preferred()).isEqualTo(UNDECIDED);
  }

  static JsonNode answers() throws IOException {
    return new ObjectMapper()
        .readTree(
            Resources.toByteArray(
                Resources.getResource("reference/stable-reinforce/answers.json")));
  }
}
