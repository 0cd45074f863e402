package io.r1reward.examples.evaluate;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableTable;
import io.r1reward.train.benchmark.Benchmark;

/**
 * What the paper reports of R1-Reward 7B (arXiv 2505.02835, tables 1 to 3), in percent: one greedy
 * judgement, and votes of 15. Its protocol is {@code paper}; others give other numbers.
 */
final class PublishedFigures {
  /** Rows that are no category. */
  static final String OVERALL = "overall";

  static final String MACRO = "macro";
  static final String PLUS = "overall, Acc+";

  private record Figure(double one, double vote) {}

  private static final ImmutableTable<Benchmark, String, Figure> FIGURES =
      ImmutableTable.<Benchmark, String, Figure>builder()
          .put(Benchmark.VL_REWARD_BENCH, "general", new Figure(63.84, 66.32))
          .put(Benchmark.VL_REWARD_BENCH, "hallucination", new Figure(85.71, 89.06))
          .put(Benchmark.VL_REWARD_BENCH, "reasoning", new Figure(64.78, 73.70))
          .put(Benchmark.VL_REWARD_BENCH, OVERALL, new Figure(71.92, 76.46))
          .put(Benchmark.VL_REWARD_BENCH, MACRO, new Figure(71.44, 76.36))
          .put(Benchmark.MULTIMODAL_REWARD_BENCH, OVERALL, new Figure(82.2, 83.3))
          .put(Benchmark.MM_RLHF_REWARD_BENCH, OVERALL, new Figure(80.59, 86.47))
          .put(Benchmark.MM_RLHF_REWARD_BENCH, PLUS, new Figure(54.35, 67.39))
          .buildOrThrow();

  private PublishedFigures() {}

  /** Says whether the paper has figures of a benchmark. */
  static boolean has(Benchmark benchmark) {
    return FIGURES.containsRow(benchmark);
  }

  /** Returns two cells: one judgement and a vote of 15; dashes where the paper has none. */
  static ImmutableMap<String, String> cells(Benchmark benchmark, String row) {
    Figure figure = FIGURES.get(benchmark, row);
    return ImmutableMap.of(
        "R1-Reward", figure == null ? "–" : Double.toString(figure.one),
        "R1-Reward, vote of 15", figure == null ? "–" : Double.toString(figure.vote));
  }
}
