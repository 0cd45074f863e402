package io.r1reward.train.benchmark;

import io.r1reward.InvalidInputException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Two evaluations of the same pairs against each other: trials are matched by id, order and
 * occurrence. Immutable.
 *
 * @param trials that both have
 * @param unmatched that only one has
 * @param onlyFirst right in the first evaluation alone
 * @param onlySecond right in the second alone
 * @param difference accuracy of the second less that of the first, over matched trials
 * @param low lower end of the difference's 95 % interval, clustered by id
 * @param high upper end
 * @param pValue two-sided exact McNemar test of {@code onlyFirst} against {@code onlySecond}; it
 *     takes trials as independent
 */
public record PairedTest(
    long trials,
    long unmatched,
    long onlyFirst,
    long onlySecond,
    double difference,
    double low,
    double high,
    double pValue) {

  private record Key(String id, int chosenAt, int occurrence) {}

  /**
   * Compares.
   *
   * @throws InvalidInputException if no trial stands in both
   */
  public static PairedTest of(
      Iterable<EvaluatedPair> firstPairs, Iterable<EvaluatedPair> secondPairs) {
    Map<Key, Boolean> first = trials(firstPairs);
    Map<Key, Boolean> second = trials(secondPairs);
    Map<String, double[]> clusters = new LinkedHashMap<>();
    long matched = 0;
    long onlyFirst = 0;
    long onlySecond = 0;
    for (Map.Entry<Key, Boolean> one : first.entrySet()) {
      Boolean other = second.get(one.getKey());
      if (other == null) {
        continue;
      }
      matched++;
      onlyFirst += one.getValue() && !other ? 1 : 0;
      onlySecond += !one.getValue() && other ? 1 : 0;
      double[] cluster = clusters.computeIfAbsent(one.getKey().id, id -> new double[2]);
      cluster[0]++;
      cluster[1] += (other ? 1 : 0) - (one.getValue() ? 1 : 0);
    }
    if (matched == 0) {
      throw new InvalidInputException(
          "the two evaluations have no pair in common: %d and %d trials with other ids or orders"
              .formatted(first.size(), second.size()));
    }
    double difference = (double) (onlySecond - onlyFirst) / matched;
    double squares = 0;
    for (double[] cluster : clusters.values()) {
      double rest = cluster[1] - difference * cluster[0];
      squares += rest * rest;
    }
    double groups = clusters.size();
    double half =
        groups < 2
            ? Double.POSITIVE_INFINITY
            : Interval.Z * Math.sqrt(groups / (groups - 1) * squares) / matched;
    return new PairedTest(
        matched,
        first.size() + second.size() - 2 * matched,
        onlyFirst,
        onlySecond,
        difference,
        Math.max(-1, difference - half),
        Math.min(1, difference + half),
        mcNemar(onlyFirst, onlySecond));
  }

  private static Map<Key, Boolean> trials(Iterable<EvaluatedPair> pairs) {
    Map<Key, Boolean> trials = new LinkedHashMap<>();
    Map<Key, Integer> seen = new HashMap<>();
    for (EvaluatedPair pair : pairs) {
      for (Trial trial : pair.trials()) {
        int occurrence = seen.merge(new Key(pair.id(), trial.chosenAt(), 0), 1, Integer::sum);
        trials.put(
            new Key(pair.id(), trial.chosenAt(), occurrence), trial.verdict() == Verdict.RIGHT);
      }
    }
    return trials;
  }

  /** Probability that a fair coin thrown {@code a + b} times falls at least as far from even. */
  static double mcNemar(long a, long b) {
    long n = a + b;
    double logTerm = -Math.log(2) * n;
    double tail = 0;
    for (long i = 0; i <= Math.min(a, b); i++) {
      tail += Math.exp(logTerm);
      logTerm += Math.log((double) (n - i)) - Math.log(i + 1.0);
    }
    return Math.min(1, 2 * tail);
  }
}
