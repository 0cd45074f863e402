package io.r1reward.springai;

import static io.r1reward.springai.Given.given;

import io.r1reward.InvalidInputException;
import io.r1reward.Judgement;
import io.r1reward.Order;
import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import io.r1reward.RewardModel;
import io.r1reward.Voting;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.ai.evaluation.EvaluationRequest;
import org.springframework.ai.evaluation.EvaluationResponse;
import org.springframework.ai.evaluation.Evaluator;

/**
 * Passes a response that the judge prefers to a baseline, such as "I do not know.". The judge sees
 * the user's text, and the texts and pictures of the documents.
 *
 * <p>The score is the judge's soft score of the response, or its share of the votes where it has
 * none, in [0, 1]. The feedback is what every judgement that counts says, a paragraph each. The
 * metadata are {@code votes}, {@code share} of the votes for the response, {@code orders} of the
 * two, {@code status} and {@code undecided}, which does not pass. Thread-safe if the baseline is.
 */
public final class PreferenceEvaluator implements Evaluator {
  private final RewardModel judge;
  private final Function<EvaluationRequest, String> baseline;
  private final Voting voting;

  /** Compares with a fixed text, by one judgement in both orders. */
  public PreferenceEvaluator(RewardModel judge, String baseline) {
    this(judge, fixed(given(baseline, "baseline")), Voting.single().inBothOrders());
  }

  /**
   * Sets everything.
   *
   * @param baseline the answer to a request that its response is compared with
   * @param voting how the two are compared
   */
  public PreferenceEvaluator(
      RewardModel judge, Function<EvaluationRequest, String> baseline, Voting voting) {
    this.judge = given(judge, "judge");
    this.baseline = given(baseline, "baseline");
    this.voting = given(voting, "voting");
  }

  private static Function<EvaluationRequest, String> fixed(String text) {
    return request -> text;
  }

  /**
   * Compares the response with the baseline, and waits.
   *
   * @throws InvalidInputException if there is no response, the baseline is null, or a document
   *     holds media other than images
   */
  @Override
  public EvaluationResponse evaluate(EvaluationRequest request) {
    given(request, "request");
    String response = given(request.getResponseContent(), "responseContent");
    JudgePrompt prompt = JudgePrompt.of(request, doGetSupportingData(request));
    String other = given(baseline.apply(request), "baseline of the request");
    PreferenceScore score =
        judge.score(new PreferencePair(prompt.text(), prompt.media(), response, other), voting);
    boolean undecided = score.preferred() == Preferred.UNDECIDED;
    String reasons =
        score.judgements().stream()
            .filter(Judgement::counted)
            .map(PreferenceEvaluator::tell)
            .collect(Collectors.joining("\n\n"));
    return new EvaluationResponse(
        score.preferred() == Preferred.FIRST,
        (float) score.softFirst().orElse(score.first()),
        undecided ? ("The judge is undecided.\n\n" + reasons).strip() : reasons,
        Map.of(
            "votes", score.votes(),
            "share", score.first(),
            "orders", score.judgements().stream().map(Judgement::order).distinct().toList(),
            "status", score.status(),
            "undecided", undecided));
  }

  /** A judge speaks of the first and second it saw; this says which was the response. */
  private static String tell(Judgement judgement) {
    return "%s (it saw the response %s): %s"
        .formatted(
            switch (judgement.preferred()) {
              case FIRST -> "Prefers the response";
              case SECOND -> "Prefers the baseline";
              case UNDECIDED -> "Prefers neither";
            },
            judgement.order() == Order.GIVEN ? "first" : "second",
            judgement.reasoning().isEmpty() ? judgement.text() : judgement.reasoning());
  }
}
