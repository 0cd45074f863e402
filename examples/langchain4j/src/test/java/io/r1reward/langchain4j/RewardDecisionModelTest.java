package io.r1reward.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.AudioContent;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.AsyncNotSupportedException;
import dev.langchain4j.exception.InvalidDecisionResponseException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.decision.DecisionModel;
import dev.langchain4j.model.decision.request.ChoiceQuestion;
import dev.langchain4j.model.decision.request.DecisionRequest;
import dev.langchain4j.model.decision.request.DecisionRequestParameters;
import dev.langchain4j.model.decision.request.Question;
import dev.langchain4j.model.decision.request.ScaleQuestion;
import dev.langchain4j.model.decision.request.YesNoQuestion;
import dev.langchain4j.model.decision.response.ChoiceAnswer;
import dev.langchain4j.model.decision.response.DecisionResponse;
import dev.langchain4j.model.scoring.DecisionScoringModel;
import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.Voting;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RewardDecisionModelTest {
  private final FakeJudge judge = FakeJudge.ofLengths();
  private final DecisionModel model = new RewardDecisionModel(judge);

  private static DecisionRequest.Builder request(Question question) {
    return DecisionRequest.builder().input("Some text.").question("q", question);
  }

  private static ChoiceAnswer choose(FakeJudge judge, String... options) {
    Question question = ChoiceQuestion.from("Which?", List.of(options));
    return new RewardDecisionModel(judge).decide(request(question).build()).choice("q");
  }

  @Test
  void yes_has_its_soft_score_against_no() {
    DecisionResponse response = model.decide(request(YesNoQuestion.from("Is it so?")).build());
    // lengths 4 and 3
    assertThat(response.yesNo("q").probability()).isEqualTo(4.0 / 7, within(1e-12));
    assertThat(judge.asked).hasSize(1);
    assertThat(judge.asked.get(0).pair().question()).isEqualTo("Some text.\n\nIs it so?");
    assertThat(judge.asked.get(0).pair().first()).isEqualTo("Yes.");
    assertThat(judge.asked.get(0).pair().second()).isEqualTo("No.");
    assertThat(judge.asked.get(0).voting().bothOrders()).isTrue();
    // two orders of two tokens
    assertThat(response.tokenUsage().outputTokenCount()).isEqualTo(4);
    assertThat(response.tokenUsage().inputTokenCount()).isNull();
  }

  @Test
  void votes_count_where_there_is_no_soft_score() {
    FakeJudge hard = new FakeJudge((a, b) -> a.length() > b.length() ? 1 : 0, false);
    DecisionResponse response =
        new RewardDecisionModel(hard, Voting.majority(3))
            .decide(request(YesNoQuestion.from("Is it so?")).build());
    assertThat(response.yesNo("q").probability()).isEqualTo(1);
    assertThat(hard.asked.get(0).voting().samples()).isEqualTo(3);
    assertThat(hard.asked.get(0).voting().bothOrders()).isFalse();
  }

  @Test
  void a_choice_has_the_coupled_soft_scores_of_all_pairs() {
    ChoiceAnswer answer = choose(judge, "ant", "horse", "ox");
    assertThat(answer.value()).isEqualTo("horse");
    assertThat(answer.options()).containsExactly("ant", "horse", "ox");
    // pairs of a / (a + b) agree with 3 : 5 : 2
    assertThat(answer.probabilityOf("ant")).isEqualTo(0.3, within(1e-12));
    assertThat(answer.probabilityOf("horse")).isEqualTo(0.5, within(1e-12));
    assertThat(answer.probabilityOf("ox")).isEqualTo(0.2, within(1e-12));
    assertThat(answer.confidence()).isEqualTo(1);
    assertThat(judge.asked).hasSize(3);
  }

  @Test
  void certain_pairs_make_a_certain_choice() {
    ChoiceAnswer answer = choose(new FakeJudge((a, b) -> 0, true), "a", "b", "c");
    assertThat(answer.value()).isEqualTo("c");
    assertThat(answer.probabilities()).isEqualTo(Map.of("a", 0.0, "b", 0.0, "c", 1.0));
  }

  @Test
  void a_circle_of_certain_pairs_prefers_nothing() {
    // a beats b, b beats c, c beats a
    FakeJudge circle = new FakeJudge((a, b) -> (a + b).equals("ac") ? 0 : 1, true);
    ChoiceAnswer answer = choose(circle, "a", "b", "c");
    assertThat(answer.probabilities().values()).containsOnly(1.0 / 3);
    assertThat(answer.confidence()).isEqualTo(0.5); // one of two comparisons
  }

  @Test
  void a_scale_has_the_mean_of_its_levels() {
    DecisionResponse response =
        model.decide(request(ScaleQuestion.from("How?", List.of("a", "bb", "ccccc"))).build());
    assertThat(response.scale("q").probabilities().get(0)).isEqualTo(0.125, within(1e-12));
    assertThat(response.scale("q").probabilities().get(1)).isEqualTo(0.25, within(1e-12));
    assertThat(response.scale("q").probabilities().get(2)).isEqualTo(0.625, within(1e-12));
    // 0 * 1/8 + 1 * 2/8 + 2 * 5/8
    assertThat(response.scale("q").mean()).isEqualTo(1.5, within(1e-12));
    assertThat(response.scale("q").confidence()).isNull();
  }

  @Test
  void descriptions_stand_in_the_question_and_not_in_the_responses() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("subject", "Refund");
    fields.put("stars", 2);
    DecisionResponse response =
        model.decide(
            DecisionRequest.builder()
                .inputFields(fields)
                .question("yes", YesNoQuestion.builder().text("So?").yesWhen("it is").build())
                .question(
                    "choice",
                    ChoiceQuestion.builder().text("Who?").option("x", "y").option("z").build())
                .question(
                    "scale",
                    ScaleQuestion.builder().text("How?").level("low").level("high", "much").build())
                .build());
    assertThat(response.answers()).containsOnlyKeys("yes", "choice", "scale");
    assertThat(judge.asked.stream().map(asked -> asked.pair().question()))
        .containsExactly(
            "subject: Refund\nstars: 2\n\nSo?\nAnswer \"Yes.\" means: it is",
            "subject: Refund\nstars: 2\n\nWho?\nAnswer \"x\" means: y",
            "subject: Refund\nstars: 2\n\nHow?\nAnswer \"high\" means: much");
    assertThat(judge.asked.stream().map(asked -> asked.pair().first()))
        .containsExactly("Yes.", "x", "low");
  }

  @Test
  void pictures_reach_the_judge_in_order() {
    byte[] bytes = {1, 2, 3};
    model.decide(
        DecisionRequest.builder()
            .inputContents(
                ImageContent.from(Base64.getEncoder().encodeToString(bytes), "image/png"),
                TextContent.from("Both pictures."),
                ImageContent.from(URI.create("https://example.org/a.png")))
            .question("q", YesNoQuestion.from("Equal?"))
            .build());
    assertThat(judge.asked.get(0).pair().question()).isEqualTo("Both pictures.\n\nEqual?");
    assertThat(judge.asked.get(0).pair().media()).hasSize(2);
    Image first = (Image) judge.asked.get(0).pair().media().get(0);
    assertThat(((Image.BytesSource) first.source()).data()).isEqualTo(bytes);
    assertThat(judge.asked.get(0).pair().media().get(1))
        .isEqualTo(Image.of(URI.create("https://example.org/a.png")));
  }

  @Test
  void messages_are_a_transcript() {
    model.decide(
        DecisionRequest.builder()
            .inputMessages(
                SystemMessage.from("Be kind."),
                UserMessage.from(
                    TextContent.from("Hi"), ImageContent.from(URI.create("https://e.org/b"))),
                AiMessage.from("Hello."))
            .question("q", YesNoQuestion.from("Kind?"))
            .build());
    assertThat(judge.asked.get(0).pair().question())
        .isEqualTo("System: Be kind.\n\nUser: Hi\n\nAssistant: Hello.\n\nKind?");
    assertThat(judge.asked.get(0).pair().media())
        .containsExactly(Image.of(URI.create("https://e.org/b")));
  }

  @Test
  void refuses_what_it_cannot_answer_before_it_judges() {
    record Essay(String text) implements Question {}
    DecisionRequest essay =
        request(YesNoQuestion.from("So?")).question("essay", new Essay("Why?")).build();
    assertThatThrownBy(() -> model.decide(essay))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("'essay'")
        .hasMessageContaining("Essay");
    DecisionRequest sound =
        DecisionRequest.builder()
            .inputContents(AudioContent.from(URI.create("https://example.org/a.wav")))
            .question("q", YesNoQuestion.from("Loud?"))
            .build();
    assertThatThrownBy(() -> model.decide(sound))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("AUDIO");
    DecisionRequest named =
        request(YesNoQuestion.from("So?"))
            .parameters(DecisionRequestParameters.builder().modelName("other").build())
            .build();
    assertThatThrownBy(() -> model.decide(named))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("other");
    assertThat(judge.asked).isEmpty();
  }

  @Test
  void makes_no_number_up_where_the_judge_reached_no_verdict() {
    FakeJudge silent = new FakeJudge((a, b) -> 0.5, false);
    DecisionRequest request = request(YesNoQuestion.from("Is it so?")).build();
    assertThatThrownBy(() -> new RewardDecisionModel(silent).decide(request))
        .isInstanceOf(InvalidDecisionResponseException.class)
        .hasMessageContaining("'Yes.' against 'No.'")
        .hasMessageContaining("Is it so?");
  }

  @Test
  void says_that_it_is_not_asynchronous() {
    assertThat(model.decideAsync(request(YesNoQuestion.from("So?")).build()))
        .failsWithin(Duration.ofMinutes(1))
        .withThrowableThat()
        .withCauseInstanceOf(AsyncNotSupportedException.class);
  }

  @Test
  void serves_what_langchain4j_builds_on_decisions() {
    // its re-ranker asks one question of yes or no for each text: lengths 4 and 3
    assertThat(new DecisionScoringModel(model).score("a text", "a query").content())
        .isEqualTo(4.0 / 7, within(1e-12));
    assertThat(judge.asked.get(0).pair().question()).contains("a text").contains("a query");
  }

  @Test
  void refuses_null() {
    assertThatThrownBy(() -> new RewardDecisionModel(null))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("judge must not be null");
    assertThatThrownBy(() -> new RewardDecisionModel(judge, null))
        .hasMessage("voting must not be null");
    assertThatThrownBy(() -> model.doDecide(null)).hasMessage("request must not be null");
  }
}
