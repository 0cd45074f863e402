package io.r1reward.core.torch;

import io.r1reward.core.generate.Decoding;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Top-k, top-p and min-p over the most likely tokens of a row, and the draw among what they leave,
 * in the order of token ids.
 */
final class TopCandidates {
  private final double[] report;
  private final int ids;
  private final int n;
  private final boolean complete;
  private final Decoding decoding;
  private final double[] scaled;

  /** Candidates by falling score, the lowest id first among equals. */
  private final int[] order;

  /**
   * A row of {@code candidates} in {@code kernels.py}.
   *
   * @param report holds at {@code at}: log-sum-exp of all scaled scores, n ids, n scores in falling
   *     order
   * @param complete whether the n are all tokens there are
   */
  TopCandidates(double[] report, int at, int n, boolean complete, Decoding decoding) {
    this.report = report;
    this.ids = at + 1;
    this.n = n;
    this.complete = complete;
    this.decoding = decoding;
    double[] scores = new double[n];
    for (int i = 0; i < n; i++) {
      scores[i] = (float) report[ids + n + i] / (float) decoding.temperature();
    }
    this.order =
        IntStream.range(0, n)
            .boxed()
            .sorted(
                Comparator.comparingDouble((Integer i) -> -scores[i])
                    .thenComparingDouble(i -> report[at + 1 + i]))
            .mapToInt(i -> i)
            .toArray();
    this.scaled = new double[n + 1];
    for (int i = 0; i < n; i++) {
      scaled[i] = scores[order[i]];
    }
    scaled[n] = report[at];
  }

  /**
   * Returns the index of the chosen candidate, or -1 where more candidates are needed to decide.
   */
  int choose(double uniform) {
    int kept = topK();
    kept = kept < 0 ? kept : topP(kept);
    if (kept < 0) {
      return -1;
    }
    if (decoding.minP() > 0) {
      while (kept > 1 && Math.exp(scaled[kept - 1] - scaled[0]) < decoding.minP()) {
        kept--;
      }
    }
    return order[draw(kept, uniform)];
  }

  private int topK() {
    int k = Math.min(decoding.topK(), n);
    if (k == 0) {
      return n;
    }
    int kept = k;
    while (kept < n && scaled[kept] >= scaled[k - 1]) {
      kept++;
    }
    return kept == n && !complete && decoding.topK() < n ? -1 : kept;
  }

  private int topP(int kept) {
    if (decoding.topP() >= 1) {
      return kept;
    }
    double norm = decoding.topK() > 0 ? logSumExp(kept) : scaled[n];
    double before = 0;
    for (int i = 0; i < kept; i++) {
      if (i > 0 && before >= decoding.topP()) {
        boolean cutsUnseen = !complete && decoding.topK() == 0 && scaled[i] == scaled[n - 1];
        return cutsUnseen ? -1 : i;
      }
      before += Math.exp(scaled[i] - norm);
    }
    boolean all = complete || decoding.topK() > 0;
    return all || before >= decoding.topP() ? kept : -1;
  }

  private double logSumExp(int kept) {
    double sum = 0;
    for (int i = 0; i < kept; i++) {
      sum += Math.exp(scaled[i] - scaled[0]);
    }
    return scaled[0] + Math.log(sum);
  }

  private int draw(int kept, double uniform) {
    int[] byId =
        IntStream.range(0, kept)
            .boxed()
            .sorted((a, b) -> Double.compare(report[ids + order[a]], report[ids + order[b]]))
            .mapToInt(i -> i)
            .toArray();
    double total = 0;
    for (int i : byId) {
      total += Math.exp(scaled[i] - scaled[0]);
    }
    double target = uniform * total;
    double sum = 0;
    int last = byId[0];
    for (int i : byId) {
      double weight = Math.exp(scaled[i] - scaled[0]);
      if (weight > 0) {
        last = i;
        sum += weight;
        if (sum > target) {
          return i;
        }
      }
    }
    return last;
  }
}
