package io.r1reward.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.scoring.ScoringModel;
import io.r1reward.EngineException;
import io.r1reward.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RewardScoringModelTest {
  private final ScoringModel model = new RewardScoringModel(FakeJudge.rating());

  @Test
  void scores_are_the_ratings_in_the_order_of_the_texts() {
    List<TextSegment> texts = List.of(TextSegment.from("four"), TextSegment.from("seventy"));
    Response<List<Double>> response = model.scoreAll(texts, "who");
    // lengths 4 and 7 less 3
    assertThat(response.content()).containsExactly(1.0, 4.0);
    assertThat(response.tokenUsage().outputTokenCount()).isEqualTo(6);
    assertThat(model.score("a", "who").content()).isEqualTo(-2);
  }

  @Test
  void refuses_a_judge_that_compares_pairs_alone() {
    ScoringModel pairs = new RewardScoringModel(FakeJudge.ofLengths());
    assertThatThrownBy(() -> pairs.score("a text", "a query"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("rates none alone");
  }

  @Test
  void names_the_text_that_has_no_score() {
    List<TextSegment> texts = List.of(TextSegment.from("a"), TextSegment.from("mute"));
    assertThatThrownBy(() -> model.scoreAll(texts, "q"))
        .isInstanceOf(EngineException.class)
        .hasMessage("the judge gave no score for segments[1]");
  }

  @Test
  void refuses_null() {
    assertThatThrownBy(() -> new RewardScoringModel(null)).hasMessage("judge must not be null");
    assertThatThrownBy(() -> model.scoreAll(null, "q")).hasMessage("segments must not be null");
    assertThatThrownBy(() -> model.scoreAll(List.of(), null)).hasMessage("query must not be null");
    List<TextSegment> hole = Arrays.asList(TextSegment.from("a"), null);
    assertThatThrownBy(() -> model.scoreAll(hole, "q")).hasMessage("segments[1] must not be null");
  }
}
