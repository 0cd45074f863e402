package io.r1reward.langchain4j;

import static io.r1reward.langchain4j.Given.given;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.output.TokenUsage;
import dev.langchain4j.model.scoring.ScoringModel;
import io.r1reward.EngineException;
import io.r1reward.InvalidInputException;
import io.r1reward.Rating;
import io.r1reward.RewardModel;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores texts as responses to a query, each alone, by a judge that rates single responses: a
 * scalar judge, or one whose protocol has a prompt for it. Scores are in the judge's own unit. A
 * judge that compares pairs alone is refused, as its order of texts has no numbers. Thread-safe; no
 * asynchronous calls.
 */
public final class RewardScoringModel implements ScoringModel {
  private final RewardModel judge;

  /** Scores by a judge. */
  public RewardScoringModel(RewardModel judge) {
    this.judge = given(judge, "judge");
  }

  /**
   * Rates every text, one after the other.
   *
   * @throws InvalidInputException if the judge rates no single responses
   * @throws EngineException if the judge wrote no score that could be read
   */
  @Override
  public Response<List<Double>> scoreAll(List<TextSegment> segments, String query) {
    given(query, "query");
    List<Double> scores = new ArrayList<>();
    int tokens = 0;
    for (TextSegment segment : given(segments, "segments")) {
      String text = given(segment, "segments[" + scores.size() + "]").text();
      Rating rating = judge.rate(query, List.of(), text);
      int index = scores.size();
      scores.add(
          rating
              .score()
              .orElseThrow(
                  () ->
                      new EngineException("the judge gave no score for segments[" + index + "]")));
      tokens += rating.judgements().stream().mapToInt(Rating.Sample::tokenCount).sum();
    }
    return Response.from(scores, new TokenUsage(null, tokens, null));
  }
}
