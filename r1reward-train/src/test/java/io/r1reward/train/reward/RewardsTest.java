package io.r1reward.train.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.r1reward.FinishReason;
import io.r1reward.PreferencePair;
import io.r1reward.Preferred;
import io.r1reward.train.data.PreferenceSample;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RewardsTest {
  private static final PreferenceSample SAMPLE =
      PreferenceSample.of(
          "1",
          PreferencePair.builder().question("q").first("a").second("b").build(),
          Preferred.SECOND);

  private static RewardInput input(String completion, Preferred verdict, int tokens) {
    return new RewardInput(SAMPLE, completion, verdict, tokens, FinishReason.STOP);
  }

  private static final RewardInput RIGHT =
      input("<think>Response 2 is better.</think><answer>2</answer>", Preferred.SECOND, 20);
  private static final RewardInput CONTRADICTING =
      input("<think>Response 1 is better.</think><answer>2</answer>", Preferred.SECOND, 20);
  private static final RewardInput WRONG =
      input("<think>Response 1 is better.</think><answer>1</answer>", Preferred.FIRST, 20);
  private static final RewardInput UNREADABLE = input("no idea", Preferred.UNDECIDED, 3);

  private static double[] totals(Rewards rewards) {
    return rewards.score(List.of(RIGHT, CONTRADICTING, WRONG, UNREADABLE)).stream()
        .mapToDouble(RewardBreakdown::total)
        .toArray();
  }

  @Test
  void paper_composition() {
    // 1·(1 + 0.5·1) + 0.5, 1·(1 + 0) + 0.5, 0 + 0.5, 0
    assertThat(totals(Rewards.paper(ConsistencyJudge.rules()))).containsExactly(2, 1.5, 0.5, 0);
  }

  @Test
  void released_composition_punishes_inconsistency() {
    // 1·(1 − 0.5) + 0.5
    assertThat(totals(Rewards.released(ConsistencyJudge.rules()))).containsExactly(2, 1, 0.5, 0);
  }

  /** The released code gives 1 when its verifier throws. */
  @Test
  void verdict_that_cannot_be_read_scores_nothing() {
    assertThat(totals(Rewards.result())).containsExactly(1, 1, 0, 0);
  }

  @Test
  void consistency_is_asked_for_only_where_it_counts() {
    List<ConsistencyQuery> asked = new ArrayList<>();
    Rewards rewards =
        Rewards.paper(
            query -> {
              asked.add(query);
              return Consistency.UNDECIDED;
            });
    assertThat(totals(rewards)).containsExactly(1.5, 1.5, 0.5, 0);
    assertThat(asked).hasSize(2);
  }

  @Test
  void added_functions_count_with_their_weight_and_are_reported() {
    Rewards rewards =
        Rewards.result()
            .plus("length", new LengthPenalty(24, 8), 2)
            .plus("mine", in -> in.tokens(), 0.01);
    RewardBreakdown breakdown = rewards.score(List.of(RIGHT)).get(0);
    // 20 tokens are 4 of the 8 over 16: −0.5
    assertThat(breakdown.total()).isCloseTo(1 - 2 * 0.5 + 0.01 * 20, within(1e-12));
    assertThat(breakdown.parts())
        .containsEntry("length", -0.5)
        .containsEntry("mine", 20.0)
        .containsEntry("result", 1.0);
    assertThatThrownBy(() -> rewards.plus("mine", in -> 0, 1))
        .hasMessage("there is already a reward named \"mine\"");
  }

  @Test
  void length_penalty_grows_over_the_buffer() {
    LengthPenalty penalty = new LengthPenalty(100, 20);
    assertThat(penalty.score(input("", Preferred.FIRST, 80))).isZero();
    assertThat(penalty.score(input("", Preferred.FIRST, 90))).isEqualTo(-0.5);
    assertThat(penalty.score(input("", Preferred.FIRST, 300))).isEqualTo(-1);
  }

  @Test
  void repetition_penalty_counts_distinct_trigrams() {
    // 6 words, 4 trigrams: "a b c", "b c a", "c a b", "a b c": 3 distinct, −2·(1 − 3/4)
    assertThat(new RepetitionPenalty(3, -2).penalty("a b c A b c")).isCloseTo(-0.5, within(1e-12));
    assertThat(new RepetitionPenalty(3, -2).penalty("a b")).isZero();
  }
}
