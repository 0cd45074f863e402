package io.r1reward;

import static io.r1reward.Given.given;

import org.jspecify.annotations.Nullable;

/**
 * What became of one of many pairs ({@link RewardModel#scoreAll}): its score, or why it cannot be
 * judged. Immutable, where the item is.
 *
 * @param item what was scored, as it was given
 * @param score its score; null where there is a problem
 * @param problem what is wrong with the pair: a broken picture, a prompt that is too long; null
 *     where there is a score
 * @param <T> the type of what was scored
 */
public record ScoreOutcome<T>(
    T item, @Nullable PreferenceScore score, @Nullable InvalidInputException problem) {

  /**
   * Checks that there is one of both.
   *
   * @throws InvalidInputException if the item is null, or there is a score and a problem, or none
   */
  public ScoreOutcome {
    given(item, "item");
    if ((score == null) == (problem == null)) {
      throw new InvalidInputException("an outcome has either a score or a problem");
    }
  }

  /**
   * Returns the score.
   *
   * @throws InvalidInputException the problem, where there is one
   */
  public PreferenceScore orElseThrow() {
    if (problem != null) {
      throw problem;
    }
    return given(score, "score");
  }
}
