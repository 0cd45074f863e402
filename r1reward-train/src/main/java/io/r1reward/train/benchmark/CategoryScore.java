package io.r1reward.train.benchmark;

import java.util.HashMap;
import java.util.Map;

/**
 * Accuracies of one category. A trial is one pair in one order, so that a pair judged in both
 * orders counts twice, as in Multimodal RewardBench 2. Immutable.
 *
 * @param trials judged
 * @param right among them, those whose verdict is right
 * @param undecided among them, those without a verdict; they count as wrong
 * @param ids different ids
 * @param allRight among them, those whose trials are all right
 * @param interval of the accuracy, clustered by id
 * @param intervalPlus of the accuracy over ids
 */
public record CategoryScore(
    long trials,
    long right,
    long undecided,
    long ids,
    long allRight,
    Interval interval,
    Interval intervalPlus) {

  /** Acc: share of trials judged right, in [0, 1]; 0 without trials. */
  public double accuracy() {
    return share(right, trials);
  }

  /** Acc+ of MM-RLHF-RewardBench: share of ids whose trials were all judged right. */
  public double accuracyPlus() {
    return share(allRight, ids);
  }

  /** Share of the decided trials judged right, which is what VL-RewardBench's script prints. */
  public double accuracyOfDecided() {
    return share(right, trials - undecided);
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  /** Counts verdicts. Not thread-safe. */
  static final class Builder {
    private long undecided;
    private final Map<String, Interval.Cluster> ids = new HashMap<>();

    void add(String id, Verdict verdict) {
      undecided += verdict == Verdict.UNDECIDED ? 1 : 0;
      ids.merge(
          id,
          new Interval.Cluster(1, verdict == Verdict.RIGHT ? 1 : 0),
          (a, b) -> new Interval.Cluster(a.trials() + b.trials(), a.right() + b.right()));
    }

    CategoryScore build() {
      long trials = ids.values().stream().mapToLong(Interval.Cluster::trials).sum();
      long right = ids.values().stream().mapToLong(Interval.Cluster::right).sum();
      long allRight = ids.values().stream().filter(id -> id.right() == id.trials()).count();
      return new CategoryScore(
          trials,
          right,
          undecided,
          ids.size(),
          allRight,
          Interval.clustered(ids.values()),
          ids.isEmpty()
              ? new Interval(0, 1)
              : Interval.wilson((double) allRight / ids.size(), ids.size()));
    }
  }
}
