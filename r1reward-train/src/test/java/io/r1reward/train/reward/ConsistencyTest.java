package io.r1reward.train.reward;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.Preferred;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsistencyTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Therefore, Response 2 is better. | SECOND",
        "Overall, **Response 1** is more accurate than Response 2. | FIRST",
        "Response 1 is not correct. | SECOND",
        "Response 1 is worse. | SECOND",
        "Response 2 isn't better. | FIRST",
        "The better response is Response 1. | FIRST",
        "The better response is 2. | SECOND",
        "I would choose Response 2. | SECOND",
        "Response 1 is better at first, but in the end response 2 wins | SECOND",
        "Response 2 hallucinates, so the first response is the better one | FIRST",
        "Response 1 outperforms Response 2 | FIRST",
        "Response 2 is clearly the better option | SECOND",
        "response 1 loses | SECOND",
        "Both mention a dog. | UNDECIDED",
        "'' | UNDECIDED",
      })
  void rules_read_the_last_statement(String text, Preferred concluded) {
    assertThat(RuleConsistencyJudge.conclusion(text)).isEqualTo(concluded);
  }

  @Test
  void rules_compare_the_conclusion_with_the_verdict() {
    ConsistencyJudge judge = ConsistencyJudge.rules();
    String text = "<think>Response 1 is better.\nNo: response 2 is better.</think>";
    assertThat(judge.judge(ConsistencyQuery.of(text, Preferred.SECOND)))
        .isEqualTo(Consistency.CONSISTENT);
    assertThat(judge.judge(ConsistencyQuery.of(text, Preferred.FIRST)))
        .isEqualTo(Consistency.INCONSISTENT);
    assertThat(judge.judge(ConsistencyQuery.of("hm", Preferred.FIRST)))
        .isEqualTo(Consistency.UNDECIDED);
  }

  @Test
  void query_holds_the_last_three_lines_before_the_answer() {
    String text = "<think>one\ntwo\n\nthree\nfour</think><answer>1</answer>";
    assertThat(ConsistencyQuery.of(text, Preferred.FIRST).conclusion())
        .isEqualTo("two\nthree\nfour</think>");
  }

  @Test
  void reply_is_the_first_digit_that_stands_alone() {
    assertThat(ConsistencyPrompt.read("1")).contains(Consistency.CONSISTENT);
    assertThat(ConsistencyPrompt.read("My reply: 0.")).contains(Consistency.INCONSISTENT);
    assertThat(ConsistencyPrompt.read("10 or so")).isEmpty();
    assertThat(ConsistencyPrompt.read("maybe")).isEmpty();
  }
}
