package io.r1reward.examples.train;

import io.r1reward.train.metrics.Metric;
import io.r1reward.train.metrics.StepReport;
import java.util.List;
import java.util.Locale;

/**
 * What the runs of one variant at one rate came to: means over their last steps, and how often the
 * parts that the ablation leaves out had anything to do.
 *
 * @param variant name of the variant
 * @param rate learning rate
 * @param runs all steps of each run; runs that ended before their first step are none
 */
record AblationCell(String variant, double rate, List<List<StepReport>> runs) {

  static final String HEADER =
      "| variant | rate | runs | held-out accuracy (each) | format | KL | filtered share"
          + " | beyond Pre-CLIP | largest ratio | not finite |\n"
          + "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |";

  /** Returns the row of the table. */
  String row() {
    List<List<StepReport>> done = runs.stream().filter(run -> !run.isEmpty()).toList();
    String each =
        String.join(" ", done.stream().map(run -> "%.3f".formatted(lastAccuracy(run))).toList());
    return String.format(
        Locale.ROOT,
        "| %s | %.0e | %d | %.3f (%s) | %.3f | %.4f | %.4f | %.5f | %.2f | %.0f |",
        variant,
        rate,
        done.size(),
        done.stream().mapToDouble(AblationCell::lastAccuracy).average().orElse(Double.NaN),
        each,
        done.stream()
            .mapToDouble(run -> last(run).value(Metric.REWARD_FORMAT))
            .average()
            .orElse(Double.NaN),
        done.stream().mapToDouble(run -> last(run).value(Metric.KL)).average().orElse(Double.NaN),
        mean(done, Metric.FILTERED),
        mean(done, Metric.PRE_CLIPPED),
        done.stream()
            .flatMap(List::stream)
            .mapToDouble(report -> report.value(Metric.RATIO_MAX))
            .filter(Double::isFinite)
            .max()
            .orElse(Double.NaN),
        done.stream()
            .flatMap(List::stream)
            .mapToDouble(report -> report.value(Metric.SKIPPED_STEPS))
            .filter(Double::isFinite)
            .sum());
  }

  private static StepReport last(List<StepReport> run) {
    return run.get(run.size() - 1);
  }

  /** The accuracy that was measured last; NaN where none was. */
  private static double lastAccuracy(List<StepReport> run) {
    return run.stream()
        .mapToDouble(report -> report.value(Metric.HELD_OUT_ACCURACY))
        .filter(Double::isFinite)
        .reduce((before, after) -> after)
        .orElse(Double.NaN);
  }

  private static double mean(List<List<StepReport>> runs, Metric metric) {
    return runs.stream()
        .flatMap(List::stream)
        .mapToDouble(report -> report.value(metric))
        .filter(Double::isFinite)
        .average()
        .orElse(Double.NaN);
  }
}
