package io.r1reward.core.protocol;

import com.google.common.collect.ImmutableList;
import com.google.re2j.Matcher;
import java.util.List;

/**
 * The last match of a pattern behind the reasoning, such as the sentence in which a judge ends. The
 * pattern's first group is the answer.
 *
 * @param pattern with one group at least
 * @param answers of which the group holds one
 */
record MatchedAnswer(SafePattern pattern, AnswerPair answers) implements AnswerRule {

  @Override
  public Verdict read(String completion) {
    int from = Tags.verdictStart(completion);
    if (from < 0) {
      return AnswerPair.undecided(completion);
    }
    Matcher matcher = pattern.last(completion, from);
    return matcher == null
        ? AnswerPair.undecided(completion)
        : answers.read(completion, matcher.start(1), matcher.end(1));
  }

  @Override
  public String firstAnswer() {
    return answers.decidingFirst();
  }

  @Override
  public String secondAnswer() {
    return answers.decidingSecond();
  }

  @Override
  public List<String> markers() {
    return ImmutableList.of(answers.first(), answers.second());
  }

  /** None: what the pattern finds may be followed by a later match. */
  @Override
  public List<String> stopStrings() {
    return ImmutableList.of();
  }
}
