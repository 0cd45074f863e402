package io.r1reward.core.protocol;

import com.google.common.collect.ImmutableList;
import io.r1reward.core.text.Tokenizer;
import java.util.List;

/**
 * The number 1 or 2, as R1-Reward answers.
 *
 * @param rule where it is looked for
 */
record DigitAnswer(VerdictRule rule) implements AnswerRule {

  @Override
  public Verdict read(String completion) {
    return rule.read(completion);
  }

  @Override
  public String firstAnswer() {
    return "1";
  }

  @Override
  public String secondAnswer() {
    return "2";
  }

  @Override
  public List<String> markers() {
    return Tokenizer.TAGS;
  }

  @Override
  public List<String> stopStrings() {
    return ImmutableList.of(Tags.ANSWER_END);
  }
}
