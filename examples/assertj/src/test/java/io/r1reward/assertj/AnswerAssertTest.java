package io.r1reward.assertj;

import static io.r1reward.assertj.AnswerAssert.assertThatAnswer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.FinishReason;
import io.r1reward.Image;
import io.r1reward.Judgement;
import io.r1reward.ModelInfo;
import io.r1reward.Order;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import io.r1reward.RewardModel;
import io.r1reward.ScoreRequest;
import io.r1reward.Voting;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AnswerAssertTest {
  private final List<ScoreRequest> asked = new ArrayList<>();
  private final List<String> reports = new ArrayList<>();

  /** Prefers the longer response in the given order, and the first it reads where exchanged. */
  private final RewardModel judge =
      new RewardModel() {
        @Override
        public CompletableFuture<PreferenceScore> submit(ScoreRequest request) {
          asked.add(request);
          int lead = request.pair().first().length() - request.pair().second().length();
          Preferred longer =
              lead > 0 ? Preferred.FIRST : lead < 0 ? Preferred.SECOND : Preferred.UNDECIDED;
          List<Judgement> judgements = new ArrayList<>();
          for (int i = 0; i < request.voting().judgements(); i++) {
            boolean given = i % 2 == 0;
            judgements.add(
                new Judgement(
                    given ? longer : Preferred.SECOND,
                    given ? Order.GIVEN : Order.SWAPPED,
                    given ? "I counted letters." : "I read this one first.",
                    "text",
                    List.of(7),
                    -1,
                    OptionalDouble.of(given ? 0.75 : 0.25),
                    FinishReason.STOP,
                    true));
          }
          return CompletableFuture.completedFuture(PreferenceScore.of(5, judgements));
        }

        @Override
        public ModelInfo info() {
          return new ModelInfo("fake", "cpu", "float32", "plain", "none", 1, 1, 1, 1);
        }

        @Override
        public void close() {}
      };

  private AnswerAssert about(String answer) {
    return assertThatAnswer(answer)
        .to("How many cats?", Image.of(new byte[] {1}))
        .accordingTo(judge)
        .votingBy(Voting.single())
        .reportingTo(reports::add);
  }

  @Test
  void passes_where_the_judge_prefers_the_answer_and_reports_its_reasons() {
    about("Three; one hides.")
        .isPreferredOver("Two.")
        .isNotWorseThan("Two.")
        .hasShareOver("Two.", 1);

    assertThat(reports).hasSize(3);
    assertThat(reports.get(0))
        .isEqualTo(
            """
            question: How many cats?
            answer (1): Three; one hides.
            other (2): Two.
            preferred: FIRST, 1.00 of 1 votes for the answer, soft score 0.750
            - FIRST: I counted letters.""");
    assertThat(asked.get(0).pair().media()).hasSize(1);
    assertThat(asked.get(0).sampling().seed()).isEqualTo(1L);
  }

  @Test
  void fails_with_the_reasons_where_the_judge_prefers_the_other() {
    assertThatThrownBy(() -> about("Two.").isPreferredOver("Three; one hides."))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Expected the answer to be preferred:")
        .hasMessageContaining("other (2): Three; one hides.")
        .hasMessageContaining("- SECOND: I counted letters.");
    assertThatThrownBy(() -> about("Two.").as("cats").isNotWorseThan("Three; one hides."))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("[cats] Expected the answer not to be worse:");
  }

  @Test
  void a_tie_is_no_preference_and_not_worse() {
    about("Two.").isNotWorseThan("Six.");
    assertThatThrownBy(() -> about("Two.").isPreferredOver("Six."))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("preferred: UNDECIDED");
  }

  @Test
  void both_orders_are_told_apart_and_a_share_is_held_against_a_bound() {
    assertThatThrownBy(
            () ->
                about("Three; one hides.")
                    .votingBy(Voting.single().inBothOrders())
                    .hasShareOver("Two.", 0.6))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("a share of the votes of at least 0.6")
        .hasMessageContaining("0.50 of 2 votes")
        .hasMessageContaining("- SECOND (read with the answers exchanged): I read this one first.");
  }

  @Test
  void a_pair_is_judged_three_times_in_both_orders_unless_said_otherwise() {
    assertThatAnswer("Three; one hides.")
        .to("How many cats?")
        .accordingTo(judge)
        .isNotWorseThan("2");

    assertThat(asked.get(0).voting()).isEqualTo(Voting.majority(3).inBothOrders());
  }

  @Test
  void tells_what_is_missing() {
    assertThatIllegalStateException()
        .isThrownBy(() -> assertThatAnswer("Two.").to("How many?").isPreferredOver("Three."))
        .withMessageContaining("accordingTo(judge)");
    assertThatThrownBy(() -> about(null).isPreferredOver("Three."))
        .isInstanceOf(AssertionError.class);
  }
}
