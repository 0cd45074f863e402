package io.r1reward;

import static io.r1reward.Given.copy;
import static io.r1reward.Given.given;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The outcome of a vote. Shares are over the judgements that count; one whose verdict cannot be
 * read gives half a vote to each side, as the reference rewards do (arXiv 2505.02835). Immutable.
 *
 * @param status whether all judgements came to their end; a score without a vote has {@link
 *     Preferred#UNDECIDED} and equal shares, as a tie has
 * @param preferred the side with the larger share, {@link Preferred#UNDECIDED} where they are equal
 * @param first share of the votes for the first response, in [0, 1]
 * @param second share of the votes for the second response; {@code first + second} is 1
 * @param softFirst graded reward of the first response in [0, 1]: the mean over the judgements that
 *     count of {@link Judgement#softFirst}; empty where none has one
 * @param promptTokens tokens of the prompt in the given order, pictures included
 * @param judgements those up to the one that decided the vote, in the order in which votes count,
 *     with those that a time limit cut short; none of a scalar judge
 * @param scores what the judge scored each response with: the mean over the judgements that count
 *     of {@link Judgement#scores}, or the two numbers of a scalar judge; empty where there are none
 */
public record PreferenceScore(
    ScoreStatus status,
    Preferred preferred,
    double first,
    double second,
    OptionalDouble softFirst,
    int promptTokens,
    List<Judgement> judgements,
    Optional<ResponseScores> scores) {

  /** Checks that nothing is null. */
  public PreferenceScore {
    given(status, "status");
    given(preferred, "preferred");
    given(softFirst, "softFirst");
    judgements = copy(judgements, "judgements");
    given(scores, "scores");
  }

  /** A score whose responses have what their judgements say, see {@link #scores}. */
  public PreferenceScore(
      ScoreStatus status,
      Preferred preferred,
      double first,
      double second,
      OptionalDouble softFirst,
      int promptTokens,
      List<Judgement> judgements) {
    this(
        status,
        preferred,
        first,
        second,
        softFirst,
        promptTokens,
        judgements,
        mean(copy(judgements, "judgements")));
  }

  /**
   * Counts judgements.
   *
   * @param promptTokens tokens of the prompt in the given order
   * @param judgements in the order in which votes count
   */
  public static PreferenceScore of(int promptTokens, List<Judgement> judgements) {
    double forFirst = 0;
    int votes = 0;
    double soft = 0;
    int withSoft = 0;
    for (Judgement judgement : copy(judgements, "judgements")) {
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
    boolean cut = judgements.stream().anyMatch(judgement -> !judgement.counted());
    return new PreferenceScore(
        votes == 0 ? ScoreStatus.NO_VOTE : cut ? ScoreStatus.TIMED_OUT : ScoreStatus.COMPLETE,
        preferred,
        first,
        1 - first,
        withSoft == 0 ? OptionalDouble.empty() : OptionalDouble.of(soft / withSoft),
        promptTokens,
        judgements);
  }

  /**
   * The outcome of a scalar judge, which gives each response a number and casts no vote. The better
   * one has the larger number; shares and graded reward are those of Bradley and Terry, {@code 1 /
   * (1 + exp(second - first))}.
   *
   * @param promptTokens tokens of the question with the first response, pictures included
   */
  public static PreferenceScore ofScores(int promptTokens, ResponseScores scores) {
    int sign = Double.compare(given(scores, "scores").first(), scores.second());
    double first = 1 / (1 + Math.exp(scores.second() - scores.first()));
    return new PreferenceScore(
        ScoreStatus.COMPLETE,
        sign > 0 ? Preferred.FIRST : sign < 0 ? Preferred.SECOND : Preferred.UNDECIDED,
        first,
        1 - first,
        OptionalDouble.of(first),
        promptTokens,
        List.of(),
        Optional.of(scores));
  }

  private static Optional<ResponseScores> mean(List<Judgement> judgements) {
    List<ResponseScores> given =
        judgements.stream()
            .filter(Judgement::counted)
            .flatMap(judgement -> judgement.scores().stream())
            .toList();
    return given.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ResponseScores(
                given.stream().mapToDouble(ResponseScores::first).average().orElseThrow(),
                given.stream().mapToDouble(ResponseScores::second).average().orElseThrow()));
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
