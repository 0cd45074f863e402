package io.r1reward.examples.train;

import io.r1reward.train.metrics.Metric;
import io.r1reward.train.metrics.StepReport;
import java.awt.BasicStroke;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the mean over seeds of some metrics, a line for each variant. Stateless. */
final class AblationCharts {
  private static final Metric[] DRAWN = {
    Metric.REWARD, Metric.RESPONSE_LENGTH, Metric.KL, Metric.HELD_OUT_ACCURACY
  };

  private static final BasicStroke DASHED =
      new BasicStroke(2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 1, new float[] {5, 9}, 0);

  private AblationCharts() {}

  /** Writes one PNG with a panel for each metric. */
  static void write(List<AblationCell> cells, Path file) throws IOException {
    List<XYChart> panels = new ArrayList<>();
    for (Metric metric : DRAWN) {
      XYChart panel =
          new XYChartBuilder()
              .width(640)
              .height(480)
              .title(metric.meaning())
              .xAxisTitle("rollout batch")
              .yAxisTitle(metric.key())
              .build();
      panel.getStyler().setLegendPosition(LegendPosition.OutsideS);
      panel.getStyler().setLegendLayout(LegendLayout.Vertical);
      cells.forEach(
          cell -> {
            Map<Long, Double> means = means(cell.runs(), metric);
            if (!means.isEmpty()) {
              String name = "%s, %s".formatted(cell.variant(), cell.rate());
              panel
                  .addSeries(name, new ArrayList<>(means.keySet()), new ArrayList<>(means.values()))
                  .setMarker(SeriesMarkers.NONE)
                  // where a part has nothing to do, two variants are one line: both show
                  .setLineStyle(panel.getSeriesMap().size() % 2 == 0 ? DASHED : SeriesLines.SOLID);
            }
          });
      panels.add(panel);
    }
    BitmapEncoder.saveBitmap(panels, 2, 2, file.toString(), BitmapEncoder.BitmapFormat.PNG);
  }

  /** Mean of the finite values of each step; a step that no run reports is left out. */
  private static Map<Long, Double> means(List<List<StepReport>> runs, Metric metric) {
    Map<Long, List<Double>> values = new TreeMap<>();
    for (List<StepReport> run : runs) {
      for (StepReport report : run) {
        double value = report.value(metric);
        if (Double.isFinite(value)) {
          values.computeIfAbsent(report.step(), step -> new ArrayList<>()).add(value);
        }
      }
    }
    Map<Long, Double> means = new TreeMap<>();
    values.forEach(
        (step, list) ->
            means.put(
                step, list.stream().mapToDouble(Double::doubleValue).average().orElseThrow()));
    return means;
  }
}
