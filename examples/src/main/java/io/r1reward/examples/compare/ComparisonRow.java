package io.r1reward.examples.compare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.Preferred;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A line of the table.
 *
 * @param answers of the model
 * @param agreement with the reference
 */
record ComparisonRow(Answers answers, Agreement agreement) {
  static final List<String> HEADERS =
      List.of(
          "model",
          "engine",
          "format",
          "pairs",
          "same verdict",
          "same text",
          "accuracy",
          "soft mean",
          "soft max",
          "logit mean",
          "logit max",
          "pairs/s");

  static ComparisonRow of(Answers reference, Answers answers, List<@Nullable Preferred> labels) {
    return new ComparisonRow(answers, Agreement.of(reference, answers, labels));
  }

  List<String> cells() {
    return List.of(
        answers.name(),
        answers.info().engine(),
        answers.info().dtype(),
        Integer.toString(answers.judgements().size()),
        percent(agreement.verdicts()),
        percent(agreement.texts()),
        agreement.accuracy().isPresent() ? percent(agreement.accuracy().getAsDouble()) : "-",
        small(agreement.softMean()),
        small(agreement.softMax()),
        small(agreement.logitMean()),
        small(agreement.logitMax()),
        String.format(Locale.ROOT, "%.2f", pairsPerSecond()));
  }

  void write(ObjectNode node) {
    node.put("model", answers.name())
        .put("engine", answers.info().engine())
        .put("format", answers.info().dtype())
        .put("pairs", answers.judgements().size())
        .put("same_verdict", agreement.verdicts())
        .put("same_text", agreement.texts());
    agreement.accuracy().ifPresent(value -> node.put("accuracy", value));
    node.put("soft_mean", agreement.softMean())
        .put("soft_max", agreement.softMax())
        .put("logit_mean", agreement.logitMean())
        .put("logit_max", agreement.logitMax())
        .put("pairs_per_s", pairsPerSecond());
  }

  private double pairsPerSecond() {
    return answers.judgements().size() / answers.seconds();
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static String small(double value) {
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.1e", value);
  }
}
