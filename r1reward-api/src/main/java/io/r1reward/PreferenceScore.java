package io.r1reward;

import com.google.common.collect.ImmutableList;
import java.util.OptionalDouble;

/**
 * The outcome of a vote. Shares are over the judgements that count; one whose verdict cannot be
 * read gives half a vote to each side, as the reference rewards do (arXiv 2505.02835). Immutable.
 *
 * @param preferred the side with the larger share, {@link Preferred#UNDECIDED} where they are equal
 * @param first share of the votes for the first response, in [0, 1]
 * @param second share of the votes for the second response; {@code first + second} is 1
 * @param softFirst graded reward of the first response in [0, 1]: the mean over the judgements that
 *     count of {@link Judgement#softFirst}; empty where none has one
 * @param promptTokens tokens of the prompt in the given order, pictures included
 * @param judgements all judgements, in the order in which votes count
 */
public record PreferenceScore(
    Preferred preferred,
    double first,
    double second,
    OptionalDouble softFirst,
    int promptTokens,
    ImmutableList<Judgement> judgements) {

  /**
   * Counts judgements.
   *
   * @param promptTokens tokens of the prompt in the given order
   * @param judgements in the order in which votes count
   */
  public static PreferenceScore of(int promptTokens, ImmutableList<Judgement> judgements) {
    double forFirst = 0;
    int votes = 0;
    double soft = 0;
    int withSoft = 0;
    for (Judgement judgement : judgements) {
      if (!judgement.counted()) {
        continue;
      }
      votes++;
      forFirst +=
          switch (judgement.preferred()) {
            case FIRST -> 1;
            case SECOND -> 0;
            case UNDECIDED -> 0.5;
          };
      if (judgement.softFirst().isPresent()) {
        soft += judgement.softFirst().getAsDouble();
        withSoft++;
      }
    }
    double first = votes == 0 ? 0.5 : forFirst / votes;
    int sign = Double.compare(2 * forFirst, votes);
    Preferred preferred =
        sign > 0 ? Preferred.FIRST : sign < 0 ? Preferred.SECOND : Preferred.UNDECIDED;
    return new PreferenceScore(
        preferred,
        first,
        1 - first,
        withSoft == 0 ? OptionalDouble.empty() : OptionalDouble.of(soft / withSoft),
        promptTokens,
        judgements);
  }

  /** Returns {@code first - second}, in [-1, 1]. */
  public double margin() {
    return first - second;
  }

  /** Returns the number of judgements that count. */
  public int votes() {
    return (int) judgements.stream().filter(Judgement::counted).count();
  }
}
