package io.r1reward.train.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableSet;
import io.r1reward.CancelledException;
import io.r1reward.FinishReason;
import io.r1reward.InvalidInputException;
import io.r1reward.PreferencePair;
import io.r1reward.Preferred;
import io.r1reward.RewardModelException;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.text.Tokenizer;
import io.r1reward.train.ScriptedGenerator;
import io.r1reward.train.data.PreferenceSample;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RubricRewardTest {
  private static final Rubric RUBRIC =
      new Rubric(
          "Q {question} A {first} B {second} J {judgement} {\"grade\": N}",
          "Grade: (\\S+)",
          1,
          5,
          -0.25);

  private static RewardInput input(String id, String completion) {
    PreferencePair pair =
        PreferencePair.builder().question("why $1?").first("{judgement}").second("b\\").build();
    return new RewardInput(
        PreferenceSample.of(id, pair, Preferred.SECOND),
        completion,
        Preferred.SECOND,
        3,
        FinishReason.STOP);
  }

  private static double graded(String reply) {
    return RubricReward.of(questions -> List.of(reply), RUBRIC).score(input("1", "c"));
  }

  @Test
  void number_of_a_reply_is_scaled_by_its_range() {
    // (n − 1) / (5 − 1); the last match counts
    assertThat(graded("Grade: 1")).isZero();
    assertThat(graded("Grade: 2.0")).isEqualTo(0.25);
    assertThat(graded("Grade: 1? No. Grade: 5")).isEqualTo(1);
  }

  @Test
  void reply_without_a_number_in_range_has_the_value_that_was_set() {
    for (String reply : List.of("", "good", "Grade: 6", "Grade: 0", "Grade: NaN", "Grade: 3f")) {
      assertThat(graded(reply)).as(reply).isEqualTo(-0.25);
    }
  }

  @Test
  void unreadable_replies_are_counted() {
    RubricReward reward =
        RubricReward.of(questions -> List.of("Grade: 3", "none", "Grade: 9"), RUBRIC);
    assertThat(reward.scoreAll(List.of(input("1", "a"), input("2", "b"), input("3", "c"))))
        .containsExactly(0.5, -0.25, -0.25);
    assertThat(reward.tally().replies()).isEqualTo(3);
    assertThat(reward.tally().unreadable()).isEqualTo(2);
  }

  @Test
  void texts_are_put_in_as_they_are_and_other_braces_stay() {
    assertThat(RUBRIC.ask(input("1", "the {first}")))
        .isEqualTo("Q why $1? A {judgement} B b\\ J the {first} {\"grade\": N}");
  }

  @Test
  void generator_is_asked_about_all_judgements_at_once() {
    try (Tokenizer tokenizer = Tokenizer.load(Reference.path("qwen25vl-tiny"))) {
      List<String> asked = new ArrayList<>();
      ScriptedGenerator generator =
          new ScriptedGenerator(tokenizer) {
            @Override
            protected String reply(GenerationRequest request, int prompt, int sample) {
              assertThat(request.prompts()).hasSize(2);
              asked.add(tokenizer.decode(request.prompts().get(prompt).tokens(), false));
              return prompt == 0 ? "Grade: 5" : "Grade: 3";
            }
          };
      Rewards rewards =
          Rewards.result()
              .plus(
                  "rubric",
                  RubricReward.of(
                      TextModel.of(generator, tokenizer, ImmutableSet.of(1), 16), RUBRIC),
                  2);
      List<RewardBreakdown> scores = rewards.score(List.of(input("1", "one"), input("2", "two")));
      // result 1, and 2 · 1 or 2 · 0.5
      assertThat(scores).extracting(RewardBreakdown::total).containsExactly(3.0, 2.0);
      assertThat(asked.get(1)).contains("<|im_start|>user\n").contains("J two");
      assertThatThrownBy(() -> TextModel.of(generator, tokenizer, ImmutableSet.of(1), 0))
          .hasMessage("maxNewTokens must be at least 1, got 0");
    }
  }

  @Test
  void errors_name_the_sample() {
    List<RewardInput> two = List.of(input("s7", "a"), input("s8", "b"));
    assertThatThrownBy(() -> RubricReward.of(questions -> List.of("x"), RUBRIC).scoreAll(two))
        .isInstanceOf(RewardModelException.class)
        .hasMessage(
            "rubric reward of sample \"s7\" and 1 more: the model must give 2 replies, got 1");
    TextModel broken =
        questions -> {
          throw new IllegalStateException("no power");
        };
    assertThatThrownBy(() -> RubricReward.of(broken, RUBRIC).score(two.get(1)))
        .isInstanceOf(RewardModelException.class)
        .hasMessage("rubric reward of sample \"s8\": no power");
    TextModel cancelled =
        questions -> {
          throw new CancelledException("closed");
        };
    assertThatThrownBy(() -> RubricReward.of(cancelled, RUBRIC).scoreAll(two))
        .isInstanceOf(CancelledException.class);
  }

  @Test
  void refuses_rubrics_that_cannot_work() {
    assertThatThrownBy(() -> new Rubric("grade it", "(\\d)", 0, 1, 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("template of a rubric must contain {judgement}, got \"grade it\"");
    assertThatThrownBy(() -> new Rubric("{judgement}", "\\d", 0, 1, 0))
        .hasMessage("pattern of a rubric must have exactly 1 group, \"\\d\" has 0");
    assertThatThrownBy(() -> new Rubric("{judgement}", "(", 0, 1, 0))
        .hasMessageStartingWith("pattern of a rubric must be a regular expression, got \"(\": ");
    assertThatThrownBy(() -> new Rubric("{judgement}", "(\\d)", 1, 1, 0))
        .hasMessage("range of a rubric must be finite and ordered, got [1.0, 1.0]");
    assertThatThrownBy(() -> new Rubric("{judgement}", "(\\d)", 0, 1, Double.NaN))
        .hasMessage("reward of an unreadable reply must be finite, got NaN");
  }
}
