package io.r1reward.examples.evaluate;

import com.google.common.base.Strings;
import com.google.common.collect.ImmutableMap;
import com.google.errorprone.annotations.FormatMethod;
import io.r1reward.train.benchmark.Benchmark;
import io.r1reward.train.benchmark.Calibration;
import io.r1reward.train.benchmark.CategoryScore;
import io.r1reward.train.benchmark.EvaluationReport;
import io.r1reward.train.benchmark.Interval;
import io.r1reward.train.benchmark.Lengths;
import io.r1reward.train.benchmark.PairedTest;
import io.r1reward.train.benchmark.PositionBias;
import io.r1reward.train.benchmark.VoteCurve;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A report as Markdown that is also readable as text. Not thread-safe. */
final class ReportText {
  private final StringBuilder text = new StringBuilder();

  private ReportText() {}

  /**
   * Writes a report.
   *
   * @param asked how the judge was asked and what computed, by name
   */
  static String of(
      Benchmark benchmark,
      Map<String, String> asked,
      EvaluationReport report,
      @Nullable PairedTest against) {
    ReportText all = new ReportText();
    all.text.append("# ").append(name(benchmark)).append("\n\n");
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("asked", ""));
    asked.forEach((name, value) -> rows.add(List.of(name, value)));
    all.table(rows);
    all.accuracies(benchmark, report);
    all.votes(report.curve());
    all.behaviour(report);
    if (against != null) {
      all.comparison(against);
    }
    return all.text.toString();
  }

  /** Returns a benchmark's name as the command line has it. */
  static String name(Benchmark benchmark) {
    return benchmark.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private void accuracies(Benchmark benchmark, EvaluationReport report) {
    boolean published = PublishedFigures.has(benchmark);
    List<List<String>> rows = new ArrayList<>();
    List<String> header =
        new ArrayList<>(
            List.of(
                "category",
                "trials",
                "Acc %",
                "95 %",
                "Acc+ %",
                "95 % of Acc+",
                "undecided",
                "of decided %"));
    if (published) {
      header.addAll(PublishedFigures.cells(benchmark, "").keySet());
    }
    rows.add(header);
    report
        .score()
        .byCategory()
        .forEach((name, score) -> rows.add(row(benchmark, name, score, published)));
    CategoryScore overall = report.score().overall();
    rows.add(row(benchmark, PublishedFigures.OVERALL, overall, published));
    rows.add(macro(benchmark, report, published));
    table(rows);
    if (published) {
      ImmutableMap<String, String> plus = PublishedFigures.cells(benchmark, PublishedFigures.PLUS);
      text.append("R1-Reward's figures are the paper's (arXiv 2505.02835), by its own protocol");
      if (!plus.containsValue("–")) {
        text.append("; overall Acc+ there ").append(String.join(" and ", plus.values()));
      }
      text.append(".\n\n");
    }
    if (report.failed() > 0) {
      text.append(report.failed())
          .append(
              " pairs could not be judged and count nowhere; `error` in the lines says why.\n\n");
    }
  }

  private static List<String> row(
      Benchmark benchmark, String name, CategoryScore score, boolean published) {
    List<String> row =
        new ArrayList<>(
            List.of(
                name,
                Long.toString(score.trials()),
                percent(score.accuracy()),
                range(score.interval()),
                percent(score.accuracyPlus()),
                range(score.intervalPlus()),
                Long.toString(score.undecided()),
                percent(score.accuracyOfDecided())));
    if (published) {
      row.addAll(PublishedFigures.cells(benchmark, name).values());
    }
    return row;
  }

  private static List<String> macro(
      Benchmark benchmark, EvaluationReport report, boolean published) {
    List<String> row =
        new ArrayList<>(
            List.of(
                PublishedFigures.MACRO,
                "",
                percent(report.score().macroAccuracy()),
                "",
                "",
                "",
                "",
                ""));
    if (published) {
      row.addAll(PublishedFigures.cells(benchmark, PublishedFigures.MACRO).values());
    }
    return row;
  }

  private void votes(VoteCurve curve) {
    if (curve.points().size() < 2) {
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("votes", "Acc %", "one of them right %"));
    for (VoteCurve.Point point : curve.points()) {
      rows.add(
          List.of(
              Integer.toString(point.votes()),
              percent(point.accuracy()),
              percent(point.anyRight())));
    }
    table(rows);
  }

  private void behaviour(EvaluationReport report) {
    PositionBias position = report.position();
    Lengths lengths = report.lengths();
    Calibration calibration = report.calibration();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("behaviour", ""));
    rows.add(
        List.of(
            "prefers what stands first",
            say(
                "%s %% of %d decided trials, the chosen one stands there in %s %%",
                percent(position.firstShare()),
                position.decided(),
                percent(share(position.chosenFirst(), position.decided())))));
    if (position.both() > 0) {
      rows.add(
          List.of(
              "goes with the place",
              say(
                  "%s %% of %d pairs judged in both orders: first twice %d, second twice %d",
                  percent(position.rate()),
                  position.both(),
                  position.firstTwice(),
                  position.secondTwice())));
    }
    rows.add(
        List.of(
            "prefers the longer response",
            say(
                "%s %% of %d, the chosen one is longer in %s %%",
                percent(share(lengths.preferLonger(), lengths.different())),
                lengths.different(),
                percent(share(lengths.chosenLonger(), lengths.different())))));
    rows.add(
        List.of(
            "judgements",
            say(
                "%d of %.1f tokens; %d without a verdict, %d cut at the limit",
                lengths.judgements(), lengths.meanTokens(), lengths.unread(), lengths.cut())));
    if (calibration.judgements() > 0) {
      rows.add(
          List.of(
              "soft scores",
              say(
                  "%d: Brier %.4f, expected calibration error %.4f",
                  calibration.judgements(), calibration.brier(), calibration.error())));
    }
    table(rows);
  }

  private void comparison(PairedTest test) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("against the other evaluation", ""));
    rows.add(List.of("trials in both", test.trials() + ", in one alone " + test.unmatched()));
    rows.add(
        List.of(
            "difference in points",
            say(
                "%+.2f, 95 %% %+.2f to %+.2f",
                100 * test.difference(), 100 * test.low(), 100 * test.high())));
    rows.add(
        List.of(
            "right here alone, there alone",
            say("%d, %d; McNemar p = %.4g", test.onlySecond(), test.onlyFirst(), test.pValue())));
    table(rows);
  }

  private void table(List<List<String>> rows) {
    int[] widths = new int[rows.get(0).size()];
    Arrays.fill(widths, 3);
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    line(rows.get(0), widths);
    List<String> rule = new ArrayList<>();
    for (int width : widths) {
      rule.add("-".repeat(width));
    }
    line(rule, widths);
    rows.subList(1, rows.size()).forEach(row -> line(row, widths));
    text.append('\n');
  }

  private void line(List<String> cells, int[] widths) {
    List<String> padded = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      padded.add(Strings.padEnd(cells.get(i), widths[i], ' '));
    }
    text.append("| ").append(String.join(" | ", padded)).append(" |\n");
  }

  @FormatMethod
  private static String say(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static String percent(double share) {
    return say("%.2f", 100 * share);
  }

  private static String range(Interval interval) {
    return say("%.1f to %.1f", 100 * interval.low(), 100 * interval.high());
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
