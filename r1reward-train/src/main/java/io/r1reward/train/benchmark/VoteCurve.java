package io.r1reward.train.benchmark;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Accuracy with K votes for every K up to the number of judgements there are, all from one set of
 * judgements: the expectation over all subsets of K of them, which is unbiased where single runs of
 * K votes would be. Immutable.
 *
 * @param points by K, from 1 on; unmodifiable
 */
public record VoteCurve(List<Point> points) {

  /** Keeps a copy of the points. */
  public VoteCurve {
    points = List.copyOf(points);
  }

  /**
   * One K.
   *
   * @param votes K
   * @param accuracy expected share of trials whose majority of K is right; an even vote is not
   * @param anyRight expected share of trials with at least one right judgement among K
   */
  public record Point(int votes, double accuracy, double anyRight) {}

  private record Counts(int right, int wrong, int unread) {}

  /** Collects trials. Not thread-safe. */
  static final class Builder {
    private final Map<Counts, Long> trials = new HashMap<>();
    private int most = Integer.MAX_VALUE;

    void add(Trial trial) {
      Counts counts =
          new Counts(
              trial.count(Verdict.RIGHT),
              trial.count(Verdict.WRONG),
              trial.count(Verdict.UNDECIDED));
      trials.merge(counts, 1L, Long::sum);
      most = Math.min(most, trial.votes().size());
    }

    VoteCurve build() {
      if (trials.isEmpty()) {
        return new VoteCurve(ImmutableList.of());
      }
      long all = trials.values().stream().mapToLong(Long::longValue).sum();
      ImmutableList.Builder<Point> points = ImmutableList.builder();
      for (int k = 1; k <= most; k++) {
        double right = 0;
        double any = 0;
        for (Map.Entry<Counts, Long> group : trials.entrySet()) {
          Counts counts = group.getKey();
          right += group.getValue() * majority(counts.right, counts.wrong, counts.unread, k);
          any += group.getValue() * anyRight(counts.right, counts.wrong + counts.unread, k);
        }
        points.add(new Point(k, right / all, any / all));
      }
      return new VoteCurve(points.build());
    }
  }

  /**
   * Probability that among {@code k} judgements, drawn without replacement, more are right than
   * wrong: the sum of the multivariate hypergeometric probabilities of those draws.
   */
  static double majority(int right, int wrong, int unread, int k) {
    double all = logChoose(right + wrong + unread, k);
    List<Double> terms = new ArrayList<>();
    for (int r = 1; r <= Math.min(right, k); r++) {
      for (int w = Math.max(0, k - r - unread); w <= Math.min(Math.min(wrong, k - r), r - 1); w++) {
        terms.add(
            Math.exp(
                logChoose(right, r) + logChoose(wrong, w) + logChoose(unread, k - r - w) - all));
      }
    }
    return Math.min(1, terms.stream().mapToDouble(Double::doubleValue).sum());
  }

  /** Probability that one of {@code k} judgements is right: 1 − C(others, k) / C(all, k). */
  static double anyRight(int right, int others, int k) {
    return others < k ? 1 : 1 - Math.exp(logChoose(others, k) - logChoose(right + others, k));
  }

  /** Logarithm of the binomial coefficient; the products are exact to 4,096 factors' rounding. */
  private static double logChoose(int n, int k) {
    double sum = 0;
    for (int i = 1; i <= k; i++) {
      sum += Math.log(n - k + i) - Math.log(i);
    }
    return sum;
  }
}
