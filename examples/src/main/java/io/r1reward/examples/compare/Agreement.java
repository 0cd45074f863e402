package io.r1reward.examples.compare;

import io.r1reward.Preferred;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How far a model agrees with a reference on the same pairs.
 *
 * @param verdicts share of pairs with the reference's verdict, undecided being a verdict too
 * @param texts share of pairs with the reference's whole text, token by token
 * @param accuracy share of labelled pairs judged as labelled; empty where none is labelled
 * @param softMean mean difference of soft scores, over the pairs that have one on both sides
 * @param softMax largest such difference
 * @param logitMean mean absolute difference of the log-probabilities of all tokens at the answer's
 *     place, behind the same text
 * @param logitMax largest such difference
 */
record Agreement(
    double verdicts,
    double texts,
    OptionalDouble accuracy,
    double softMean,
    double softMax,
    double logitMean,
    double logitMax) {

  /**
   * Compares.
   *
   * @param labels of the pairs, null where there is none
   */
  static Agreement of(Answers reference, Answers candidate, List<@Nullable Preferred> labels) {
    int pairs = labels.size();
    int[] labelled = IntStream.range(0, pairs).filter(pair -> labels.get(pair) != null).toArray();
    Differences soft = new Differences();
    Differences logits = new Differences();
    for (int pair = 0; pair < pairs; pair++) {
      OptionalDouble a = reference.softFirst(pair);
      OptionalDouble b = candidate.softFirst(pair);
      if (a.isPresent() && b.isPresent()) {
        soft.add(a.getAsDouble(), b.getAsDouble());
      }
      float[] expected = reference.forced().get(pair);
      float[] found = candidate.forced().get(pair);
      for (int i = 0; i < expected.length; i++) {
        logits.add(expected[i], found[i]);
      }
    }
    return new Agreement(
        IntStream.range(0, pairs)
            .mapToDouble(pair -> reference.preferred(pair) == candidate.preferred(pair) ? 1 : 0)
            .average()
            .orElse(Double.NaN),
        IntStream.range(0, pairs)
            .mapToDouble(
                pair ->
                    reference
                            .judgements()
                            .get(pair)
                            .tokens()
                            .equals(candidate.judgements().get(pair).tokens())
                        ? 1
                        : 0)
            .average()
            .orElse(Double.NaN),
        IntStream.of(labelled)
            .mapToDouble(pair -> candidate.preferred(pair) == labels.get(pair) ? 1 : 0)
            .average(),
        soft.mean(),
        soft.max,
        logits.mean(),
        logits.max);
  }

  /** Absolute differences, added up. Not thread-safe. */
  private static final class Differences {
    private double sum;
    private double max;
    private long count;

    void add(double a, double b) {
      // both negative infinity: a token that neither can choose
      double difference = a == b ? 0 : Math.abs(a - b);
      sum += difference;
      max = Math.max(max, difference);
      count++;
    }

    double mean() {
      return count == 0 ? 0 : sum / count;
    }
  }
}
