package io.r1reward.examples.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws what a data set is made of: four panels. Stateless. */
final class DataCharts {
  private static final int WIDTH = 620;
  private static final int HEIGHT = 400;
  private static final int BARS = 12;

  private DataCharts() {}

  /** Writes a PNG. */
  static void write(DataSummary summary, Path file) throws IOException {
    CategoryChart labels = chart("labels", "pairs");
    List<String> files = List.of("train", "held out");
    labels.addSeries("first is better", files, List.of(summary.train.first, summary.heldOut.first));
    labels.addSeries(
        "second is better", files, List.of(summary.train.second, summary.heldOut.second));
    List<CategoryChart> panels =
        List.of(
            summary.categories.size() > 1
                ? counts("kept pairs by category", summary.categories)
                : counts("kept pairs by source", summary.sources),
            counts("dropped by reason", summary.drops),
            labels,
            lengths(summary));
    BitmapEncoder.saveBitmap(panels, 2, 2, file.toString(), BitmapEncoder.BitmapFormat.PNG);
  }

  private static CategoryChart counts(String title, Map<String, Long> counts) {
    CategoryChart chart = chart(title, "count");
    chart.getStyler().setXAxisLabelRotation(30).setLegendVisible(false);
    List<String> names = new ArrayList<>();
    List<Long> values = new ArrayList<>();
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(BARS)
        .forEach(
            one -> {
              names.add(one.getKey());
              values.add(one.getValue());
            });
    if (names.isEmpty()) {
      names.add("nothing");
      values.add(0L);
    }
    chart.addSeries(title, names, values);
    return chart;
  }

  private static CategoryChart lengths(DataSummary summary) {
    CategoryChart chart = chart("characters of responses, up to", "pairs");
    TreeSet<Integer> all = new TreeSet<>(summary.chosen.keySet());
    all.addAll(summary.rejected.keySet());
    List<String> at = new ArrayList<>();
    List<Long> chosen = new ArrayList<>();
    List<Long> rejected = new ArrayList<>();
    for (int bits = all.first(); bits <= all.last(); bits++) {
      at.add(Long.toString(1L << bits));
      chosen.add(summary.chosen.getOrDefault(bits, 0L));
      rejected.add(summary.rejected.getOrDefault(bits, 0L));
    }
    chart.addSeries("better", at, chosen);
    chart.addSeries("worse", at, rejected);
    return chart;
  }

  private static CategoryChart chart(String title, String y) {
    CategoryChart chart =
        new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title(title).yAxisTitle(y).build();
    chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
    return chart;
  }
}
