package io.r1reward.examples.evaluate;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.train.benchmark.Benchmark;
import io.r1reward.train.benchmark.CategoryScore;
import io.r1reward.train.benchmark.EvaluationReport;
import io.r1reward.train.benchmark.PairedTest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A report as JSON. Stateless. */
final class Summary {
  private static final JsonMapper JSON = new JsonMapper();

  private Summary() {}

  static String of(
      Benchmark benchmark,
      Map<String, String> asked,
      EvaluationReport report,
      @Nullable PairedTest against) {
    ObjectNode root = JSON.createObjectNode().put("benchmark", ReportText.name(benchmark));
    root.set("asked", JSON.valueToTree(asked));
    root.put("pairs", report.pairs()).put("failed", report.failed());
    root.set("overall", category(report.score().overall()));
    root.put("macro_accuracy", report.score().macroAccuracy());
    ObjectNode categories = root.putObject("categories");
    report.score().byCategory().forEach((name, score) -> categories.set(name, category(score)));
    root.set("accuracy_over_votes", JSON.valueToTree(report.curve().points()));
    ObjectNode position = JSON.valueToTree(report.position());
    root.set("position", position.put("rate", report.position().rate()));
    root.set("lengths", JSON.valueToTree(report.lengths()));
    root.set("calibration", JSON.valueToTree(report.calibration()));
    if (against != null) {
      root.set("against", JSON.valueToTree(against));
    }
    return root.toPrettyString() + "\n";
  }

  private static ObjectNode category(CategoryScore score) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("trials", score.trials())
            .put("right", score.right())
            .put("undecided", score.undecided())
            .put("accuracy", score.accuracy())
            .put("accuracy_of_decided", score.accuracyOfDecided())
            .put("ids", score.ids())
            .put("accuracy_plus", score.accuracyPlus());
    node.putArray("interval").add(score.interval().low()).add(score.interval().high());
    node.putArray("interval_plus").add(score.intervalPlus().low()).add(score.intervalPlus().high());
    return node;
  }
}
