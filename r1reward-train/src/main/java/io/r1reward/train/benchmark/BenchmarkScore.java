package io.r1reward.train.benchmark;

import com.google.common.collect.ImmutableSortedMap;
import io.r1reward.Preferred;
import io.r1reward.train.data.PreferenceSample;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Accuracies of a benchmark run. An undecided verdict is a wrong one. Immutable.
 *
 * @param overall over pairs
 * @param byCategory the same by category, in the order of names
 */
public record BenchmarkScore(
    CategoryScore overall, ImmutableSortedMap<String, CategoryScore> byCategory) {

  /** Returns the mean of the categories' accuracies; 0 without any. */
  public double macroAccuracy() {
    return byCategory.values().stream().mapToDouble(CategoryScore::accuracy).average().orElse(0);
  }

  /** Returns an empty count. */
  public static Counter counter() {
    return new Counter();
  }

  /**
   * One category's counts.
   *
   * @param pairs judged pairs
   * @param right pairs judged right
   * @param ids different ids
   * @param allRight ids whose pairs were all judged right
   */
  public record CategoryScore(long pairs, long right, long ids, long allRight) {

    /** Acc: share of pairs judged right, in [0, 1]; 0 without pairs. */
    public double accuracy() {
      return pairs == 0 ? 0 : (double) right / pairs;
    }

    /** Acc+ of MM-RLHF-RewardBench: share of ids whose pairs were all judged right. */
    public double accuracyPlus() {
      return ids == 0 ? 0 : (double) allRight / ids;
    }
  }

  /** Counts verdicts. Not thread-safe. */
  public static final class Counter {
    private final Tally overall = new Tally();
    private final Map<String, Tally> byCategory = new TreeMap<>();

    private Counter() {}

    /** Counts one verdict, given in the order of the sample's pair. */
    public void add(PreferenceSample sample, Preferred verdict) {
      boolean right = verdict == sample.label();
      String category = sample.attributes().getOrDefault(PreferenceSample.CATEGORY, "all");
      overall.add(sample.id(), right);
      byCategory.computeIfAbsent(category, c -> new Tally()).add(sample.id(), right);
    }

    /** Returns the score of what was counted. */
    public BenchmarkScore score() {
      ImmutableSortedMap.Builder<String, CategoryScore> categories =
          ImmutableSortedMap.naturalOrder();
      byCategory.forEach((name, tally) -> categories.put(name, tally.score()));
      return new BenchmarkScore(overall.score(), categories.buildOrThrow());
    }
  }

  private static final class Tally {
    private long pairs;
    private long right;
    private final Map<String, Boolean> ids = new HashMap<>();

    void add(String id, boolean isRight) {
      pairs++;
      right += isRight ? 1 : 0;
      ids.merge(id, isRight, Boolean::logicalAnd);
    }

    CategoryScore score() {
      long allRight = ids.values().stream().filter(all -> all).count();
      return new CategoryScore(pairs, right, ids.size(), allRight);
    }
  }
}
