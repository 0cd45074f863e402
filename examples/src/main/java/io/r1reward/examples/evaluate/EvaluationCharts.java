package io.r1reward.examples.evaluate;

import io.r1reward.train.benchmark.Calibration;
import io.r1reward.train.benchmark.EvaluationReport;
import io.r1reward.train.benchmark.PositionBias;
import io.r1reward.train.benchmark.VoteCurve;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws what there is to see of a report: up to three panels in a row. Stateless. */
final class EvaluationCharts {
  private static final int WIDTH = 520;
  private static final int HEIGHT = 400;

  private EvaluationCharts() {}

  /** Writes a PNG; returns false, and writes none, where there is nothing to draw. */
  static boolean write(EvaluationReport report, Path file) throws IOException {
    List<Chart<?, ?>> panels = new ArrayList<>();
    if (report.curve().points().size() > 1) {
      panels.add(votes(report.curve()));
    }
    if (report.calibration().judgements() > 0) {
      panels.add(calibration(report.calibration()));
    }
    if (report.position().decided() > 0) {
      panels.add(position(report.position()));
    }
    if (panels.isEmpty()) {
      return false;
    }
    BitmapEncoder.saveBitmap(
        panels, 1, panels.size(), file.toString(), BitmapEncoder.BitmapFormat.PNG);
    return true;
  }

  private static XYChart votes(VoteCurve curve) {
    XYChart chart = chart("accuracy over votes", "votes", "share of trials");
    List<Integer> at = new ArrayList<>();
    List<Double> right = new ArrayList<>();
    List<Double> any = new ArrayList<>();
    for (VoteCurve.Point point : curve.points()) {
      if (point.votes() % 2 == 1) { // an even number can end even, which is a step down each time
        at.add(point.votes());
        right.add(point.accuracy());
        any.add(point.anyRight());
      }
    }
    chart.addSeries("majority right", at, right).setMarker(SeriesMarkers.CIRCLE);
    chart.addSeries("one of them right", at, any).setMarker(SeriesMarkers.DIAMOND);
    return chart;
  }

  private static XYChart calibration(Calibration calibration) {
    XYChart chart = chart("calibration of the soft score", "confidence", "accuracy");
    chart.getStyler().setXAxisMin(0.5).setXAxisMax(1.0).setYAxisMin(0.0).setYAxisMax(1.0);
    List<Double> at = new ArrayList<>();
    List<Double> right = new ArrayList<>();
    for (Calibration.Bin bin : calibration.bins()) {
      if (bin.judgements() > 0) {
        at.add(bin.confidence());
        right.add(bin.accuracy());
      }
    }
    chart.addSeries("judgements", at, right).setMarker(SeriesMarkers.CIRCLE);
    chart.addSeries("perfect", List.of(0.5, 1.0), List.of(0.5, 1.0)).setMarker(SeriesMarkers.NONE);
    return chart;
  }

  private static CategoryChart position(PositionBias bias) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(bias.both() > 0 ? "verdicts in both orders" : "place of what is preferred")
            .yAxisTitle(bias.both() > 0 ? "pairs" : "trials")
            .build();
    chart.getStyler().setLabelsVisible(true).setLegendVisible(false);
    if (bias.both() > 0) {
      chart.addSeries(
          "pairs",
          List.of("same response", "first twice", "second twice"),
          List.of(bias.consistent(), bias.firstTwice(), bias.secondTwice()));
    } else {
      chart.addSeries(
          "trials",
          List.of("first", "second"),
          List.of(bias.preferFirst(), bias.decided() - bias.preferFirst()));
    }
    return chart;
  }

  private static XYChart chart(String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
    return chart;
  }
}
