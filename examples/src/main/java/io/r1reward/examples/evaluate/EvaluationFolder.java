package io.r1reward.examples.evaluate;

import io.r1reward.examples.UsageException;
import io.r1reward.train.benchmark.Benchmark;
import io.r1reward.train.benchmark.EvaluatedPair;
import io.r1reward.train.benchmark.EvaluationReport;
import io.r1reward.train.benchmark.PairedTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where an evaluation lies: {@code pairs.jsonl} with every judgement, and what is made of it,
 * {@code report.md}, {@code summary.json} and {@code report.png}.
 *
 * @param folder of one evaluation
 */
record EvaluationFolder(Path folder) {

  /** The file that everything else is made of. */
  Path pairs() {
    return folder.resolve("pairs.jsonl");
  }

  /**
   * Writes the report of all pairs.
   *
   * @param against folder of another evaluation, null for none
   * @param out takes the text of {@code report.md}, too
   */
  EvaluationReport report(
      Benchmark benchmark, Map<String, String> asked, @Nullable Path against, PrintWriter out)
      throws IOException {
    EvaluationReport.Builder builder = EvaluationReport.builder();
    EvaluatedFile.read(pairs(), builder::add);
    EvaluationReport report = builder.build();
    PairedTest test = against == null ? null : PairedTest.of(all(against), all(folder));
    String text = ReportText.of(benchmark, asked, report, test);
    Files.writeString(folder.resolve("report.md"), text);
    Files.writeString(folder.resolve("summary.json"), Summary.of(benchmark, asked, report, test));
    EvaluationCharts.write(report, folder.resolve("report.png"));
    out.print(text);
    return report;
  }

  /** Checks that another evaluation is there. */
  static void require(Path other) {
    Path pairs = new EvaluationFolder(other).pairs();
    if (!Files.isRegularFile(pairs)) {
      throw new UsageException("--against " + other + " is no evaluation: it has no pairs.jsonl");
    }
  }

  private static List<EvaluatedPair> all(Path folder) throws IOException {
    List<EvaluatedPair> pairs = new ArrayList<>();
    EvaluatedFile.read(new EvaluationFolder(folder).pairs(), pairs::add);
    return pairs;
  }
}
