package io.r1reward.core.protocol;

import static io.r1reward.Preferred.UNDECIDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.Preferred;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the default rule takes for a verdict, and what it leaves undecided. */
class ClearVerdictTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        // unfinished reasoning
        "<think>Response 1 is better | UNDECIDED",
        "<think>so it is 2 | UNDECIDED",
        "<think>it quotes <answer>1</answer> | UNDECIDED",
        "<think>a</think><think>2 | UNDECIDED",
        "<think>a</think><think><answer>2</answer> | UNDECIDED",
        "<think>Answer: 1</think> | UNDECIDED",
        "<think>quotes </think><answer>1</answer></think><answer>2</answer> | SECOND",
        "<think>quotes <answer>1</answer></think> | UNDECIDED",
        "<think>a</think>Answer: 2 | SECOND",
        // digits of numbers
        "12 | UNDECIDED",
        "10/10 | UNDECIDED",
        "0.1 | UNDECIDED",
        "2012 | UNDECIDED",
        "1st | UNDECIDED",
        "-1 | UNDECIDED",
        "1.5 | UNDECIDED",
        "1/2 | UNDECIDED",
        "Answer: 1/2 | UNDECIDED",
        "Answer: 12 | UNDECIDED",
        "Answer: 1.5 | UNDECIDED",
        "Answer: 2nd | UNDECIDED",
        "Answer: -1 | UNDECIDED",
        "Answer: 10/1 | UNDECIDED",
        "Answer: 1, 2 | UNDECIDED",
        "The answer is 2 cats. | UNDECIDED",
        "Score of Response 1: 2/10 | UNDECIDED",
        "a1b2c | UNDECIDED",
        // answers that were opened and not closed
        "<answer>1 | FIRST",
        "<answer> 2 | SECOND",
        "<think>a</think>⏎<answer>2</ans | SECOND",
        "<answer>1< | FIRST",
        "<answer>1 is worse | UNDECIDED",
        "<answer>Response 1 | UNDECIDED",
        "<answer>12 | UNDECIDED",
        "<answer>1/2 | UNDECIDED",
        "<answer>1</ answer> 2 | UNDECIDED",
        "2<answer> | UNDECIDED",
        // against words
        "not 1 | UNDECIDED",
        "isn't 2 | UNDECIDED",
        "Response 1 is worse | UNDECIDED",
        "Response 1 is not better | UNDECIDED",
        "Response 2 isn't better. | UNDECIDED",
        "The better response is not 1. | UNDECIDED",
        "It is not true that the better response is 1. | UNDECIDED",
        "neither 1 nor 2 | UNDECIDED",
        "1 or 2 | UNDECIDED",
        "1 and 2 | UNDECIDED",
        "Answer: 1 or 2 | UNDECIDED",
        "The better response is 1 or 2. | UNDECIDED",
        "both | UNDECIDED",
        "Both 1 and 2 are better. | UNDECIDED",
        "Is Response 2 better? | UNDECIDED",
        "Answer: 1? | UNDECIDED",
        "Is the better response 1? | UNDECIDED",
        "If Response 1 is better, I cannot see it. | UNDECIDED",
        "Response 1 says that the answer is 2. | UNDECIDED",
        "Response 2 claims Response 1 is better. | UNDECIDED",
        "Response 1 is better in detail | UNDECIDED",
        "Response 1 is longer | UNDECIDED",
        "There are 2 cats | UNDECIDED",
        "so 2 | UNDECIDED",
        "Response 1 is less preferred. | UNDECIDED",
        "Answer: 1, but it might be 2 | UNDECIDED",
        "Answer: 1, answer: 2 | UNDECIDED",
        "Nothing better is 1. | UNDECIDED",
        "Response 1 was better, but Response 2 is now. | UNDECIDED",
        "Answer: 1. Wait, it is wrong. | UNDECIDED",
        "Answer: 1. No, neither is good. | UNDECIDED",
        "The better response is 1, and the better response is 2. | UNDECIDED",
        "Reasons:⏎1. | UNDECIDED",
        // complete answers
        "<answer>1</answer> | FIRST",
        "<answer>⏎2⏎</answer> | SECOND",
        "<answer>Response 1</answer> | FIRST",
        "<answer>Response 2 is better</answer> | SECOND",
        "<answer>1.</answer> | FIRST",
        "<answer>**1**</answer> | FIRST",
        "<answer>\\boxed{1}</answer> | FIRST",
        "<answer>$\\boxed{2}$</answer> | SECOND",
        "<answer>\"2\"</answer> | SECOND",
        "<answer>[1]</answer> | FIRST",
        "<answer>12</answer> | UNDECIDED",
        "<answer>1/2</answer> | UNDECIDED",
        "<answer>1 and 2</answer> | UNDECIDED",
        "<answer>1 or 2</answer> | UNDECIDED",
        "<answer>3</answer> | UNDECIDED",
        "<answer>-1</answer> | UNDECIDED",
        "<answer>0.1</answer> | UNDECIDED",
        "<answer>1st</answer> | UNDECIDED",
        "<answer>not 1</answer> | UNDECIDED",
        "<answer>Response 1 is worse</answer> | UNDECIDED",
        "<answer>both</answer> Answer: 1 | UNDECIDED",
        "<answer>1</answer><answer>2</answer> | SECOND",
        "<answer>1</answer><answer>2 | FIRST",
        "<think>a</think><answer>2</answer> It beats 1. | SECOND",
        // plain words
        "1 | FIRST",
        " 2.⏎ | SECOND",
        "**2** | SECOND",
        "Response 1 | FIRST",
        "2</answer> | SECOND",
        "Answer: 2 | SECOND",
        "answer: 1 | FIRST",
        "**Answer:** 2 | SECOND",
        "**Final answer: 1** | FIRST",
        "Final answer:⏎2 | SECOND",
        "So, the answer is 2. | SECOND",
        "The better response is 1. | FIRST",
        "The better response is **Response 2**. | SECOND",
        "The better response is 1, not 2. | FIRST",
        "Response 2 is better than Response 1. | SECOND",
        "Response 2 is clearly the better response because Response 1 is wrong. | SECOND",
        "Based on the above, Response 1 is better overall. | FIRST",
        "I choose Response 2. | SECOND",
        "Response 1 is longer. Response 2 has 3 errors. Answer: 1 | FIRST",
        "Answer: 2⏎Response 1 invents a dog. | SECOND",
        "Answer: 1. Answer: 2. | SECOND",
      })
  void is_undecided_rather_than_guessed(String row, Preferred expected) {
    String text = row.replace('⏎', '\n');
    Verdict verdict = read(text);
    assertThat(verdict.preferred()).isEqualTo(expected);
    assertThat(verdict.answerPosition().isPresent()).isEqualTo(expected != UNDECIDED);
    verdict
        .answerPosition()
        .ifPresent(
            at -> assertThat(text.charAt(at)).isEqualTo(expected == Preferred.FIRST ? '1' : '2'));
  }

  @Test
  void long_texts_are_read_from_their_end() {
    String long1 = "Response 1 is longer. ".repeat(1 << 16);
    assertThat(read(long1).preferred()).isEqualTo(UNDECIDED);
    assertThat(read(long1 + "Answer: 2").preferred()).isEqualTo(Preferred.SECOND);
    assertThat(read("not " + " ".repeat(1 << 20) + "1").preferred()).isEqualTo(UNDECIDED);
    // half a sentence may have lost its "not"
    assertThat(read("not" + " x".repeat(1500) + ", Response 1 is better").preferred())
        .isEqualTo(UNDECIDED);
  }

  @Test
  void published_rules_guess_on_request() {
    JudgeProtocol published =
        Protocols.fromOptions(Map.of("protocol.verdict", "published-whole-text"));
    assertThat(published.read("<think>so 1").preferred()).isEqualTo(Preferred.FIRST);
    assertThat(Protocols.fromOptions(Map.of()).read("<think>so 1").preferred())
        .isEqualTo(UNDECIDED);
  }

  private static Verdict read(String text) {
    return R1RewardProtocol.create().read(text);
  }
}
