package io.r1reward.train.benchmark;

import com.google.common.collect.ImmutableSortedMap;
import io.r1reward.Preferred;
import io.r1reward.train.data.PreferenceSample;
import java.util.Map;
import java.util.TreeMap;

/**
 * Accuracies of a benchmark run. An undecided verdict is a wrong one. Immutable.
 *
 * @param overall over all trials
 * @param byCategory the same by category, in the order of names; unmodifiable
 */
public record BenchmarkScore(CategoryScore overall, Map<String, CategoryScore> byCategory) {

  /** Keeps a sorted copy of the categories. */
  public BenchmarkScore {
    byCategory = ImmutableSortedMap.copyOf(byCategory);
  }

  /** Returns the mean of the categories' accuracies; 0 without any. */
  public double macroAccuracy() {
    return byCategory.values().stream().mapToDouble(CategoryScore::accuracy).average().orElse(0);
  }

  /** Returns an empty count. */
  public static Counter counter() {
    return new Counter();
  }

  /** Counts verdicts. Not thread-safe. */
  public static final class Counter {
    private final CategoryScore.Builder overall = new CategoryScore.Builder();
    private final Map<String, CategoryScore.Builder> byCategory = new TreeMap<>();

    private Counter() {}

    /** Counts one verdict, given in the order of the sample's pair. */
    public void add(PreferenceSample sample, Preferred verdict) {
      add(
          sample.id(),
          sample.attributes().getOrDefault(PreferenceSample.CATEGORY, EvaluatedPair.NO_CATEGORY),
          verdict == Preferred.UNDECIDED
              ? Verdict.UNDECIDED
              : verdict == sample.label() ? Verdict.RIGHT : Verdict.WRONG);
    }

    /** Counts one verdict. */
    public void add(String id, String category, Verdict verdict) {
      overall.add(id, verdict);
      byCategory.computeIfAbsent(category, c -> new CategoryScore.Builder()).add(id, verdict);
    }

    /** Returns the score of what was counted. */
    public BenchmarkScore score() {
      ImmutableSortedMap.Builder<String, CategoryScore> categories =
          ImmutableSortedMap.naturalOrder();
      byCategory.forEach((name, category) -> categories.put(name, category.build()));
      return new BenchmarkScore(overall.build(), categories.buildOrThrow());
    }
  }
}
