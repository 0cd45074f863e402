package io.r1reward;

import static io.r1reward.Preferred.FIRST;
import static io.r1reward.Preferred.SECOND;
import static io.r1reward.Preferred.UNDECIDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class PreferenceScoreTest {

  private static final OptionalDouble NONE = OptionalDouble.empty();

  @Test
  void shares_are_over_the_votes() {
    PreferenceScore score =
        score(
            vote(FIRST, NONE),
            vote(FIRST, NONE),
            vote(SECOND, NONE),
            vote(FIRST, NONE),
            vote(FIRST, NONE));

    assertThat(score.preferred()).isEqualTo(FIRST);
    assertThat(score.first()).isEqualTo(0.8); // 4 of 5
    assertThat(score.second()).isCloseTo(0.2, within(1e-15));
    assertThat(score.margin()).isCloseTo(0.6, within(1e-15));
    assertThat(score.votes()).isEqualTo(5);
  }

  @Test
  void an_undecided_judgement_gives_half_a_vote_to_each_side() {
    PreferenceScore score = score(vote(UNDECIDED, NONE), vote(SECOND, NONE));

    assertThat(score.first()).isEqualTo(0.25); // (0.5 + 0) / 2
    assertThat(score.second()).isEqualTo(0.75);
    assertThat(score.preferred()).isEqualTo(SECOND);
  }

  @Test
  void equal_shares_are_undecided() {
    assertThat(score(vote(FIRST, NONE), vote(SECOND, NONE)).preferred()).isEqualTo(UNDECIDED);
    assertThat(score(vote(UNDECIDED, NONE)).preferred()).isEqualTo(UNDECIDED);
    assertThat(score(vote(UNDECIDED, NONE)).first()).isEqualTo(0.5);
  }

  @Test
  void what_does_not_count_changes_neither_shares_nor_soft_score() {
    PreferenceScore score =
        score(
            vote(FIRST, OptionalDouble.of(0.9)),
            new Judgement(
                SECOND,
                Order.GIVEN,
                "",
                "",
                List.of(),
                0,
                OptionalDouble.of(0.1),
                FinishReason.CANCELLED,
                false));

    assertThat(score.first()).isEqualTo(1);
    assertThat(score.softFirst()).hasValue(0.9);
    assertThat(score.votes()).isEqualTo(1);
    assertThat(score.judgements()).hasSize(2);
  }

  @Test
  void the_soft_score_is_the_mean_over_the_judgements_that_have_one() {
    PreferenceScore score =
        score(
            vote(FIRST, OptionalDouble.of(0.75)),
            vote(UNDECIDED, NONE),
            vote(SECOND, OptionalDouble.of(0.5)));

    assertThat(score.softFirst()).hasValue(0.625); // (0.75 + 0.5) / 2
  }

  @Test
  void no_vote_at_all_is_undecided_with_half_for_each() {
    PreferenceScore score = score();

    assertThat(score.preferred()).isEqualTo(UNDECIDED);
    assertThat(score.first()).isEqualTo(0.5);
    assertThat(score.second()).isEqualTo(0.5);
    assertThat(score.softFirst()).isEmpty();
    assertThat(score.votes()).isZero();
    assertThat(score.promptTokens()).isEqualTo(507);
  }

  private static PreferenceScore score(Judgement... judgements) {
    return PreferenceScore.of(507, List.of(judgements));
  }

  private static Judgement vote(Preferred preferred, OptionalDouble soft) {
    return new Judgement(
        preferred,
        Order.GIVEN,
        "because",
        "<think>because</think>",
        List.of(1, 2, 3),
        -1.5,
        soft,
        FinishReason.STOP,
        true);
  }
}
