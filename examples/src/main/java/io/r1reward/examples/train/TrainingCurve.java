package io.r1reward.examples.train;

import io.r1reward.train.metrics.Metric;
import io.r1reward.train.metrics.StepReport;
import io.r1reward.train.metrics.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** What changes while a judge learns by reinforcement, drawn as one picture. Not thread-safe. */
final class TrainingCurve implements TrainingListener {
  /** The reward function that only watches. */
  static final String CAREFUL = "careful";

  private static final Map<String, String> DRAWN = drawn();

  private final Map<Long, StepReport> steps = new TreeMap<>();

  private static Map<String, String> drawn() {
    Map<String, String> drawn = new LinkedHashMap<>();
    drawn.put(Metric.REWARD.key(), "reward");
    drawn.put(Metric.REWARD_RESULT.key(), "accuracy as sampled");
    drawn.put("reward/" + CAREFUL, "share of careful judgements");
    drawn.put(Metric.HELD_OUT_ACCURACY.key(), "greedy accuracy on watched pairs");
    drawn.put(Metric.RESPONSE_LENGTH.key(), "length in tokens");
    drawn.put(Metric.ENTROPY.key(), "entropy per token in nats");
    return drawn;
  }

  @Override
  public void onStep(StepReport report) {
    steps.put(report.step(), report);
  }

  @Override
  public void onResume(long step) {
    steps.keySet().removeIf(later -> later > step);
  }

  /** Says whether there is anything to draw: a run that was finished before reports nothing. */
  boolean isEmpty() {
    return steps.isEmpty();
  }

  /** Writes a PNG of six panels. */
  void write(Path file) throws IOException {
    List<XYChart> panels = new ArrayList<>();
    DRAWN.forEach(
        (key, title) -> {
          List<Long> at = new ArrayList<>();
          List<Double> values = new ArrayList<>();
          steps.forEach(
              (step, report) -> {
                Double value = report.values().get(key);
                if (value != null && Double.isFinite(value)) {
                  at.add(step);
                  values.add(value);
                }
              });
          XYChart panel =
              new XYChartBuilder()
                  .width(480)
                  .height(320)
                  .title(title)
                  .xAxisTitle("rollout batch")
                  .build();
          panel.getStyler().setLegendVisible(false);
          if (!at.isEmpty()) {
            panel.addSeries(title, at, values).setMarker(SeriesMarkers.CIRCLE);
          }
          panels.add(panel);
        });
    BitmapEncoder.saveBitmap(panels, 2, 3, file.toString(), BitmapEncoder.BitmapFormat.PNG);
  }
}
