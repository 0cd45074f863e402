package io.r1reward.core.protocol;

import com.google.common.collect.ImmutableList;
import io.r1reward.InvalidInputException;
import java.util.List;

/**
 * The answer between the last pair of markers behind the reasoning, such as {@code \boxed{1}} or
 * {@code <answer>Answer 1 is better</answer>}.
 *
 * @param open stands before the answer
 * @param close stands behind it
 * @param answers of which the stretch between holds one
 */
record TaggedAnswer(String open, String close, AnswerPair answers) implements AnswerRule {

  TaggedAnswer {
    if (open.isEmpty() || close.isEmpty()) {
      throw new InvalidInputException("answer markers must not be empty");
    }
  }

  @Override
  public Verdict read(String completion) {
    int from = Tags.verdictStart(completion);
    int end = completion.lastIndexOf(close);
    int opened = end < 0 ? -1 : completion.lastIndexOf(open, end - open.length());
    if (from < 0 || opened < from) {
      return AnswerPair.undecided(completion);
    }
    int start = opened + open.length();
    return answers.read(completion, start, completion.indexOf(close, start));
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
    return ImmutableList.of(open, close, answers.first(), answers.second());
  }

  @Override
  public List<String> stopStrings() {
    return ImmutableList.of(close);
  }
}
