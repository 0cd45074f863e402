package io.r1reward.springai;

import static io.r1reward.springai.Given.given;

import io.r1reward.InvalidInputException;
import io.r1reward.Rating;
import io.r1reward.RewardModel;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.ai.evaluation.EvaluationRequest;
import org.springframework.ai.evaluation.EvaluationResponse;
import org.springframework.ai.evaluation.Evaluator;

/**
 * Passes a response that the judge rates at a threshold or above, alone: for a scalar judge, or one
 * whose protocol has a prompt for it. The judge sees the user's text, the texts of the documents
 * and their pictures.
 *
 * <p>The score is in the judge's own unit, and so is the threshold. The feedback is what the judge
 * wrote. The metadata are {@code votes}, the judgements that have a score, {@code threshold} and
 * {@code undecided}: true where the judge wrote no score that could be read, which does not pass
 * and has the score NaN. Thread-safe.
 */
public final class RatingEvaluator implements Evaluator {
  private final RewardModel judge;
  private final double threshold;

  /**
   * Sets everything.
   *
   * @param threshold the least rating that passes, in the judge's unit
   * @throws InvalidInputException if the threshold is not finite
   */
  public RatingEvaluator(RewardModel judge, double threshold) {
    this.judge = given(judge, "judge");
    if (!Double.isFinite(threshold)) {
      throw new InvalidInputException("threshold must be finite, got " + threshold);
    }
    this.threshold = threshold;
  }

  /**
   * Rates the response, and waits.
   *
   * @throws InvalidInputException if there is no response, a document holds media other than
   *     images, or the judge rates no single responses
   */
  @Override
  public EvaluationResponse evaluate(EvaluationRequest request) {
    given(request, "request");
    String response = given(request.getResponseContent(), "responseContent");
    JudgePrompt prompt = JudgePrompt.of(request, doGetSupportingData(request));
    Rating rating = judge.rate(prompt.text(), prompt.media(), response);
    double score = rating.score().orElse(Double.NaN);
    String texts =
        rating.judgements().stream().map(Rating.Sample::text).collect(Collectors.joining("\n\n"));
    boolean undecided = rating.score().isEmpty();
    return new EvaluationResponse(
        score >= threshold,
        (float) score,
        undecided ? ("The judge gave no score.\n\n" + texts).strip() : texts,
        Map.of(
            "votes",
                (int) rating.judgements().stream().filter(one -> one.score().isPresent()).count(),
            "threshold", threshold,
            "undecided", undecided));
  }
}
