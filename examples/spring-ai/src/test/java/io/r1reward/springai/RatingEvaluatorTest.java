package io.r1reward.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.ModelInfo;
import io.r1reward.PreferenceScore;
import io.r1reward.RewardModel;
import io.r1reward.ScoreRequest;
import io.r1reward.core.testing.FakeJudge;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.ai.content.Media;
import org.springframework.ai.document.Document;
import org.springframework.ai.evaluation.EvaluationRequest;
import org.springframework.ai.evaluation.EvaluationResponse;
import org.springframework.util.MimeTypeUtils;

class RatingEvaluatorTest {
  private final FakeJudge judge = new FakeJudge(true);

  private EvaluationResponse rate(double threshold, String response) {
    return new RatingEvaluator(judge, threshold).evaluate(new EvaluationRequest("Why?", response));
  }

  @Test
  void a_rating_at_the_threshold_passes() {
    EvaluationResponse response = rate(6, "Paris.");
    assertThat(response.isPass()).isTrue();
    assertThat(response.getScore()).isEqualTo(6);
    assertThat(response.getFeedback()).isEqualTo("as long as it is");
    assertThat(response.getMetadata())
        .isEqualTo(Map.of("votes", 1, "threshold", 6.0, "undecided", false));
  }

  @Test
  void a_rating_below_it_does_not() {
    assertThat(rate(6.5, "Paris.").isPass()).isFalse();
  }

  @Test
  void no_score_does_not_pass_and_says_so() {
    EvaluationResponse response = rate(-100, "mute");
    assertThat(response.isPass()).isFalse();
    assertThat(response.getScore()).isNaN();
    assertThat(response.getFeedback()).isEqualTo("The judge gave no score.\n\nas long as it is");
    assertThat(response.getMetadata()).containsEntry("undecided", true).containsEntry("votes", 0);
  }

  @Test
  void pictures_reach_the_judge() {
    byte[] bytes = {1, 2, 3};
    Media picture = Media.builder().mimeType(MimeTypeUtils.IMAGE_PNG).data(bytes).build();
    var unused =
        new RatingEvaluator(judge, 1)
            .evaluate(
                new EvaluationRequest("Why?", List.of(new Document(picture, Map.of())), "So."));
    assertThat(judge.rated.get(0).question()).isEqualTo("Why?");
    assertThat(judge.rated.get(0).media()).isEqualTo(List.of(Image.of(bytes)));
  }

  @Test
  void a_judge_that_compares_pairs_alone_is_refused() {
    RewardModel pairs =
        new RewardModel() {
          @Override
          public CompletableFuture<PreferenceScore> submit(ScoreRequest request) {
            throw new AssertionError("a rating needs no pair");
          }

          @Override
          public ModelInfo info() {
            return judge.info();
          }

          @Override
          public void close() {}
        };
    assertThatThrownBy(
            () -> new RatingEvaluator(pairs, 1).evaluate(new EvaluationRequest("Why?", "So.")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("it rates none alone");
  }

  @Test
  void a_threshold_is_a_number() {
    assertThatThrownBy(() -> new RatingEvaluator(judge, Double.NaN))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("threshold must be finite, got NaN");
  }
}
