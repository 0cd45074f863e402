package io.r1reward.langchain4j;

import dev.langchain4j.exception.InvalidDecisionResponseException;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import io.r1reward.RankRequest;
import io.r1reward.Ranking;
import io.r1reward.RewardModel;
import io.r1reward.Voting;
import java.util.Arrays;
import java.util.List;

/**
 * Possible answers to a question after each was judged against every other. Immutable.
 *
 * @param ranking complete, of at least two answers
 */
record Contest(Ranking ranking) {

  /**
   * Judges all pairs.
   *
   * @throws InvalidDecisionResponseException if the judge reached no verdict on one of them
   */
  static Contest of(
      RewardModel judge, Voting voting, JudgePrompt prompt, String question, List<String> answers) {
    String text = prompt.text().isEmpty() ? question : prompt.text() + "\n\n" + question;
    Ranking ranking =
        judge.rank(RankRequest.builder(text, answers).media(prompt.media()).voting(voting).build());
    for (Ranking.Comparison comparison : ranking.comparisons()) {
      if (silent(comparison.score())) {
        throw new InvalidDecisionResponseException(
            "the judge reached no verdict on '%s' against '%s' for the question '%s'"
                .formatted(
                    answers.get(comparison.first()), answers.get(comparison.second()), question));
      }
    }
    return new Contest(ranking);
  }

  /** Neither a verdict nor a graded reward could be read: one half would be made up. */
  private static boolean silent(PreferenceScore score) {
    return score.softFirst().isEmpty()
        && score.judgements().stream()
            .noneMatch(judgement -> judgement.preferred() != Preferred.UNDECIDED);
  }

  /**
   * Couples what each pair says (the soft score, the share of the votes where there is none) to one
   * distribution over the answers: {@code 1 / (sum over the others of 1 / r - (n - 2))}, normalised
   * (Price, Knerr, Personnaz and Dreyfus, NIPS 1994). It is exact where the pairs agree with each
   * other, and with two answers it is the pair's own number. Equal where the pairs contradict each
   * other in a circle, so that every answer has lost for certain.
   *
   * @return in the order of the answers; their sum is 1
   */
  List<Double> probabilities() {
    int count = ranking.order().size();
    double[] inverses = new double[count];
    for (Ranking.Comparison comparison : ranking.comparisons()) {
      double first = comparison.score().softFirst().orElse(comparison.score().first());
      inverses[comparison.first()] += 1 / first;
      inverses[comparison.second()] += 1 / (1 - first);
    }
    double[] values = Arrays.stream(inverses).map(sum -> 1 / (sum - (count - 2))).toArray();
    double total = Arrays.stream(values).sum();
    return Arrays.stream(values)
        .map(value -> total == 0 ? 1.0 / count : Math.min(1, value / total))
        .boxed()
        .toList();
  }

  /** Returns the winner's share of the votes of its comparisons, in [0, 1]. */
  double share() {
    int others = ranking.order().size() - 1;
    return Math.min(1, ranking.points().get(ranking.best()) / others);
  }

  /** Returns how many tokens the judge generated. */
  int outputTokens() {
    return ranking.comparisons().stream()
        .flatMap(comparison -> comparison.score().judgements().stream())
        .mapToInt(judgement -> judgement.tokenCount())
        .sum();
  }
}
