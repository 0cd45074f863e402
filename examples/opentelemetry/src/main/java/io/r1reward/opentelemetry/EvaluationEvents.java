package io.r1reward.opentelemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.LogRecordBuilder;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.r1reward.InvalidInputException;
import io.r1reward.Judgement;
import io.r1reward.ModelListener;
import io.r1reward.PreferenceScore;
import io.r1reward.Rating;
import io.r1reward.ScoreStatus;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Emits {@value #EVENT} of OpenTelemetry's semantic conventions for generative AI for every score
 * and rating of a model: the evaluation's name, the score's value and label, and the judge's
 * reasons as explanation. A score's value is its soft score of the first response, or its share of
 * the votes where it has none; its label is {@code first}, {@code second} or {@code undecided}. A
 * score without a vote has no value, a request without a result the type of its error.
 *
 * <pre>{@code
 * RewardModel.builder().checkpoint(folder)
 *     .modelListener(EvaluationEvents.to(openTelemetry, "helpfulness")).load();
 * }</pre>
 *
 * <p>Events come from the model's executor, after the call that was measured: they have no span as
 * parent. Thread-safe.
 */
public final class EvaluationEvents implements ModelListener {
  /** Name of the event. */
  public static final String EVENT = "gen_ai.evaluation.result";

  private static final String SCOPE = "io.r1reward";
  private static final AttributeKey<String> NAME = AttributeKey.stringKey("gen_ai.evaluation.name");
  private static final AttributeKey<Double> VALUE =
      AttributeKey.doubleKey("gen_ai.evaluation.score.value");
  private static final AttributeKey<String> LABEL =
      AttributeKey.stringKey("gen_ai.evaluation.score.label");
  private static final AttributeKey<String> EXPLANATION =
      AttributeKey.stringKey("gen_ai.evaluation.explanation");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  private final Logger logger;
  private final String name;

  private EvaluationEvents(Logger logger, String name) {
    this.logger = logger;
    this.name = name;
  }

  /**
   * Makes a listener.
   *
   * @param name of the evaluation, such as {@code helpfulness}
   */
  public static EvaluationEvents to(@Nullable OpenTelemetry telemetry, @Nullable String name) {
    if (telemetry == null || name == null) {
      throw new InvalidInputException(
          (telemetry == null ? "telemetry" : "name") + " must not be null");
    }
    return new EvaluationEvents(telemetry.getLogsBridge().get(SCOPE), name);
  }

  @Override
  public void requestFinished(Finished event) {
    LogRecordBuilder log =
        logger
            .logRecordBuilder()
            .setEventName(EVENT)
            .setSeverity(event.failure().isPresent() ? Severity.ERROR : Severity.INFO)
            .setAttribute(NAME, name);
    event.score().ifPresent(score -> add(log, score));
    event.rating().ifPresent(rating -> add(log, rating));
    event.failure().ifPresent(failure -> log.setAttribute(ERROR, failure.getClass().getName()));
    log.emit();
  }

  private static void add(LogRecordBuilder log, PreferenceScore score) {
    log.setAttribute(LABEL, score.preferred().name().toLowerCase(Locale.ROOT));
    if (score.status() != ScoreStatus.NO_VOTE) {
      log.setAttribute(VALUE, score.softFirst().orElse(score.first()));
    }
    score.judgements().stream()
        .filter(judgement -> judgement.preferred() == score.preferred())
        .map(Judgement::text)
        .findFirst()
        .ifPresent(text -> log.setAttribute(EXPLANATION, text));
  }

  private static void add(LogRecordBuilder log, Rating rating) {
    rating.score().ifPresent(value -> log.setAttribute(VALUE, value));
    rating.judgements().stream()
        .map(Rating.Sample::text)
        .findFirst()
        .ifPresent(text -> log.setAttribute(EXPLANATION, text));
  }
}
