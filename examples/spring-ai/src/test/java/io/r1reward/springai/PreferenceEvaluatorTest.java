package io.r1reward.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.InvalidInputException;
import io.r1reward.Order;
import io.r1reward.ScoreStatus;
import io.r1reward.Voting;
import io.r1reward.core.testing.FakeJudge;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.ai.evaluation.EvaluationRequest;
import org.springframework.ai.evaluation.EvaluationResponse;

class PreferenceEvaluatorTest {
  private final FakeJudge judge = new FakeJudge(true);
  private final EvaluationRequest request = new EvaluationRequest("Capital of France?", "Paris.");

  @Test
  void a_preferred_response_passes_with_its_soft_score() {
    EvaluationResponse response = new PreferenceEvaluator(judge, "No").evaluate(request);
    assertThat(response.isPass()).isTrue();
    assertThat(response.getScore()).isEqualTo(0.75f); // 6 / (6 + 2) letters
    assertThat(response.getMetadata())
        .isEqualTo(
            Map.of(
                "votes",
                2,
                "share",
                1.0,
                "orders",
                List.of(Order.GIVEN, Order.SWAPPED),
                "status",
                ScoreStatus.COMPLETE,
                "undecided",
                false));
    assertThat(response.getFeedback())
        .isEqualTo(
            """
            Prefers the response (it saw the response first): reason 0

            Prefers the response (it saw the response second): reason 1""");
  }

  @Test
  void a_response_behind_the_baseline_does_not_pass() {
    EvaluationResponse response =
        new PreferenceEvaluator(judge, "I do not know.").evaluate(request);
    assertThat(response.isPass()).isFalse();
    assertThat(response.getScore()).isEqualTo(0.3f); // 6 / (6 + 14) letters
    assertThat(response.getFeedback()).startsWith("Prefers the baseline");
    assertThat(response.getMetadata()).containsEntry("undecided", false);
  }

  @Test
  void an_undecided_verdict_does_not_pass_and_says_so() {
    EvaluationResponse response = new PreferenceEvaluator(judge, "London").evaluate(request);
    assertThat(response.isPass()).isFalse();
    assertThat(response.getScore()).isEqualTo(0.5f);
    assertThat(response.getFeedback())
        .startsWith("The judge is undecided.\n\nPrefers neither (it saw the response first)");
    assertThat(response.getMetadata()).containsEntry("undecided", true);
  }

  @Test
  void the_score_is_the_share_of_the_votes_where_there_is_no_soft_score() {
    EvaluationResponse response =
        new PreferenceEvaluator(new FakeJudge(false), "No").evaluate(request);
    assertThat(response.getScore()).isEqualTo(1);
  }

  @Test
  void the_baseline_may_depend_on_the_request_and_the_voting_is_the_users() {
    EvaluationResponse response =
        new PreferenceEvaluator(judge, EvaluationRequest::getUserText, Voting.majority(3))
            .evaluate(request);
    assertThat(judge.asked).hasSize(1);
    assertThat(judge.asked.get(0).pair().first()).isEqualTo("Paris.");
    assertThat(judge.asked.get(0).pair().second()).isEqualTo("Capital of France?");
    assertThat(judge.asked.get(0).voting()).isEqualTo(Voting.majority(3));
    assertThat(response.getMetadata())
        .containsEntry("votes", 3)
        .containsEntry("orders", List.of(Order.GIVEN));
  }

  @Test
  void names_what_is_missing() {
    assertThatThrownBy(() -> new PreferenceEvaluator(null, "No"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("judge must not be null");
    assertThatThrownBy(
            () -> new PreferenceEvaluator(judge, "No").evaluate(new EvaluationRequest("Hm?", null)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("responseContent must not be null");
    assertThatThrownBy(
            () -> new PreferenceEvaluator(judge, any -> null, Voting.single()).evaluate(request))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("baseline of the request must not be null");
  }
}
