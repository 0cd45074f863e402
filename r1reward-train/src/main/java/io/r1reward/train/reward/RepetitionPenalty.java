package io.r1reward.train.reward;

import io.r1reward.InvalidInputException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Punishes repeated word n-grams (Yeo et al., arXiv 2502.03373, appendix): {@code maxPenalty · (1 −
 * distinct / all)}, 0 for a text with fewer than n words. Words are split at white space and
 * lower-cased. Thread-safe.
 *
 * @param ngram words per n-gram, at least 1
 * @param maxPenalty reward of a text that only repeats itself, at most 0
 */
public record RepetitionPenalty(int ngram, double maxPenalty) implements RewardFunction {

  /** Checks the ranges. */
  public RepetitionPenalty {
    if (ngram < 1) {
      throw new InvalidInputException("n-gram size must be at least 1, got " + ngram);
    }
    if (!(maxPenalty <= 0)) {
      throw new InvalidInputException("repetition penalty must not be above 0, got " + maxPenalty);
    }
  }

  @Override
  public double score(RewardInput input) {
    return penalty(input.completion());
  }

  /** Returns the penalty of a text. */
  public double penalty(String text) {
    List<String> words = List.of(text.toLowerCase(Locale.ROOT).strip().split("\\s+"));
    int count = words.size() - ngram + 1;
    if (text.isBlank() || count < 1) {
      return 0;
    }
    Set<List<String>> distinct = new HashSet<>();
    for (int i = 0; i < count; i++) {
      distinct.add(words.subList(i, i + ngram));
    }
    return maxPenalty * (1 - (double) distinct.size() / count);
  }
}
