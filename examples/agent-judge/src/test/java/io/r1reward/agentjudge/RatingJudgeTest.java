package io.r1reward.agentjudge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
import org.springaicommunity.judge.context.JudgmentContext;
import org.springaicommunity.judge.result.Judgment;
import org.springaicommunity.judge.result.JudgmentStatus;
import org.springaicommunity.judge.score.NumericalScore;

class RatingJudgeTest {
  private final FakeJudge judge = new FakeJudge(true);

  private Judgment rate(double threshold, String answer) {
    return new RatingJudge(judge, 1, 9, threshold)
        .judge(JudgmentContext.builder().goal("Why?").agentOutput(answer).build());
  }

  @Test
  void a_rating_at_the_threshold_passes() {
    Judgment judgment = rate(6, "Paris.");
    assertThat(judgment.status()).isEqualTo(JudgmentStatus.PASS);
    assertThat(judgment.score()).isEqualTo(new NumericalScore(6, 1, 9));
    assertThat(((NumericalScore) judgment.score()).normalized())
        .isCloseTo(0.625, within(1e-12)); // (6 - 1) / (9 - 1)
    assertThat(judgment.reasoning()).isEqualTo("as long as it is");
    assertThat(judgment.metadata()).isEqualTo(Map.of("votes", 1, "threshold", 6.0, "rating", 6.0));
  }

  @Test
  void a_rating_below_it_fails() {
    assertThat(rate(6.5, "Paris.").status()).isEqualTo(JudgmentStatus.FAIL);
  }

  @Test
  void a_rating_beyond_the_scale_counts_as_its_end_and_is_told() {
    Judgment judgment = rate(9, "Paris, on the Seine.");
    assertThat(judgment.status()).isEqualTo(JudgmentStatus.PASS);
    assertThat(judgment.score()).isEqualTo(new NumericalScore(9, 1, 9));
    assertThat(judgment.metadata()).containsEntry("rating", 20.0);
    assertThat(rate(1, "").score()).isEqualTo(new NumericalScore(1, 1, 9));
  }

  @Test
  void no_score_abstains_at_the_low_end() {
    Judgment judgment = rate(1, "mute");
    assertThat(judgment.status()).isEqualTo(JudgmentStatus.ABSTAIN);
    assertThat(judgment.score()).isEqualTo(new NumericalScore(1, 1, 9));
    assertThat(judgment.reasoning()).isEqualTo("The judge gave no score.\n\nas long as it is");
    assertThat(judgment.metadata()).containsEntry("votes", 0).doesNotContainKey("rating");
  }

  @Test
  void pictures_reach_the_judge() {
    byte[] bytes = {1, 2, 3};
    var unused =
        new RatingJudge(judge, 0, 9, 1)
            .judge(
                JudgmentContext.builder()
                    .goal("Why?")
                    .agentOutput("So.")
                    .metadata(PreferenceJudge.MEDIA, bytes)
                    .build());
    assertThat(judge.rated.get(0).question()).isEqualTo("Why?");
    assertThat(judge.rated.get(0).media()).isEqualTo(List.of(Image.of(bytes)));
  }

  @Test
  void a_judge_that_compares_pairs_alone_is_an_error() {
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
    Judgment judgment =
        new RatingJudge(pairs, 0, 9, 1)
            .judge(JudgmentContext.builder().goal("Why?").agentOutput("So.").build());
    assertThat(judgment.status()).isEqualTo(JudgmentStatus.ERROR);
    assertThat(judgment.reasoning()).contains("it rates none alone");
    assertThat(judgment.error()).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void ends_are_in_order_and_the_threshold_is_between_them() {
    assertThatThrownBy(() -> new RatingJudge(judge, 2, 2, 2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("least must be below most and both finite, got 2.0 and 2.0");
    assertThatThrownBy(() -> new RatingJudge(judge, 0, Double.POSITIVE_INFINITY, 2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("got 0.0 and Infinity");
    assertThatThrownBy(() -> new RatingJudge(judge, 0, 1, 1.5))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("threshold must be in [0.0, 1.0], got 1.5");
    assertThatThrownBy(() -> new RatingJudge(judge, 0, 1, Double.NaN))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("threshold must be in [0.0, 1.0], got NaN");
  }
}
