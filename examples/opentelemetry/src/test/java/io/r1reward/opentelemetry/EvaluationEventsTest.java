package io.r1reward.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.r1reward.FinishReason;
import io.r1reward.InvalidInputException;
import io.r1reward.Judgement;
import io.r1reward.ModelListener.Finished;
import io.r1reward.ModelListener.Kind;
import io.r1reward.ModelListener.Outcome;
import io.r1reward.Order;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import io.r1reward.QueueFullException;
import io.r1reward.Rating;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EvaluationEventsTest {

  @RegisterExtension
  static final OpenTelemetryExtension TELEMETRY = OpenTelemetryExtension.create();

  private final EvaluationEvents events =
      EvaluationEvents.to(TELEMETRY.getOpenTelemetry(), "helpfulness");

  private static Judgement judgement(Preferred preferred, String text, double soft) {
    return new Judgement(
        preferred,
        Order.GIVEN,
        "",
        text,
        List.of(7),
        -1,
        OptionalDouble.of(soft),
        FinishReason.STOP,
        true);
  }

  private static Finished finished(
      Outcome outcome,
      Optional<Throwable> failure,
      Optional<PreferenceScore> score,
      Optional<Rating> rating) {
    return new Finished(
        Kind.SCORE, outcome, failure, score, rating, Duration.ofMillis(5), 1, 0, 1, 0, 1, 0, 0, 0);
  }

  private static LogRecordData only() {
    assertThat(TELEMETRY.getLogRecords()).hasSize(1);
    LogRecordData log = TELEMETRY.getLogRecords().get(0);
    assertThat(log.getEventName()).isEqualTo("gen_ai.evaluation.result");
    assertThat(log.getInstrumentationScopeInfo().getName()).isEqualTo("io.r1reward");
    return log;
  }

  @Test
  void a_score_has_value_label_and_the_reasons_of_its_side() {
    PreferenceScore score =
        PreferenceScore.of(
            5,
            List.of(
                judgement(Preferred.FIRST, "one counted wrong", 0.75),
                judgement(Preferred.SECOND, "three are there", 0.25),
                judgement(Preferred.SECOND, "three, again", 0.125)));

    events.requestFinished(
        finished(Outcome.COMPLETE, Optional.empty(), Optional.of(score), Optional.empty()));

    LogRecordData log = only();
    assertThat(log.getSeverity()).isEqualTo(Severity.INFO);
    assertThat(log.getAttributes())
        .isEqualTo(
            Attributes.builder()
                .put("gen_ai.evaluation.name", "helpfulness")
                .put("gen_ai.evaluation.score.value", 0.375) // the mean of the three
                .put("gen_ai.evaluation.score.label", "second")
                .put("gen_ai.evaluation.explanation", "three are there")
                .build());
  }

  @Test
  void a_rating_has_its_number() {
    Rating rating =
        new Rating(
            OptionalDouble.of(7.5),
            List.of(new Rating.Sample(OptionalDouble.of(7.5), "Score: 7.5", 4, FinishReason.STOP)));

    events.requestFinished(
        finished(Outcome.COMPLETE, Optional.empty(), Optional.empty(), Optional.of(rating)));

    assertThat(only().getAttributes())
        .isEqualTo(
            Attributes.builder()
                .put("gen_ai.evaluation.name", "helpfulness")
                .put("gen_ai.evaluation.score.value", 7.5)
                .put("gen_ai.evaluation.explanation", "Score: 7.5")
                .build());
  }

  @Test
  void a_score_without_a_vote_has_no_value() {
    PreferenceScore score = PreferenceScore.of(5, List.of());

    events.requestFinished(
        finished(Outcome.NO_VOTE, Optional.empty(), Optional.of(score), Optional.empty()));

    assertThat(only().getAttributes())
        .isEqualTo(
            Attributes.builder()
                .put("gen_ai.evaluation.name", "helpfulness")
                .put("gen_ai.evaluation.score.label", "undecided")
                .build());
  }

  @Test
  void a_failure_has_the_type_of_its_error_and_no_value() {
    events.requestFinished(
        finished(
            Outcome.FAILED,
            Optional.of(new QueueFullException("full")),
            Optional.empty(),
            Optional.empty()));

    LogRecordData log = only();
    assertThat(log.getSeverity()).isEqualTo(Severity.ERROR);
    assertThat(log.getAttributes().get(AttributeKey.stringKey("error.type")))
        .isEqualTo("io.r1reward.QueueFullException");
    assertThat(log.getAttributes().size()).isEqualTo(2);
  }

  @Test
  void refuses_what_is_missing() {
    assertThatThrownBy(() -> EvaluationEvents.to(TELEMETRY.getOpenTelemetry(), null))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("name must not be null");
  }
}
