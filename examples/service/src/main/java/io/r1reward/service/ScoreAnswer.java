package io.r1reward.service;

import io.r1reward.Judgement;
import io.r1reward.PreferenceScore;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A score as it is sent. Immutable.
 *
 * @param status complete, or timed_out where the time limit cut judgements short
 * @param preferred first, second or undecided
 * @param first share of the votes for the first answer
 * @param second share of the votes for the second answer
 * @param softFirst graded reward of the first answer; null where there is none
 * @param judgements in the order in which votes count
 * @param promptTokens tokens of the prompt, pictures included
 */
record ScoreAnswer(
    String status,
    String preferred,
    double first,
    double second,
    @Nullable Double softFirst,
    List<Judged> judgements,
    int promptTokens) {

  /**
   * One judgement.
   *
   * @param preferred in terms of the pair as it was sent
   * @param order given or swapped
   * @param reasoning the judge's words
   * @param tokens how many were generated
   */
  record Judged(String preferred, String order, String reasoning, int tokens) {}

  static ScoreAnswer of(PreferenceScore score) {
    OptionalDouble soft = score.softFirst();
    return new ScoreAnswer(
        lower(score.status()),
        lower(score.preferred()),
        score.first(),
        score.second(),
        soft.isPresent() ? soft.getAsDouble() : null,
        score.judgements().stream().map(ScoreAnswer::judged).toList(),
        score.promptTokens());
  }

  private static Judged judged(Judgement judgement) {
    return new Judged(
        lower(judgement.preferred()),
        lower(judgement.order()),
        judgement.reasoning(),
        judgement.tokenCount());
  }

  static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
