package io.r1reward.train.scenes;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A question about a scene, and a way to answer it with a given number of false statements.
 *
 * @param question the question
 * @param answers makes the statements that answer it; the argument is how many shall be false, from
 *     0 to {@code hardest}
 * @param hardest most false statements the answer can hold
 * @param styles ways to say it, each with one {@code %s} for the statements, not at the beginning
 */
record Exercise(String question, Answers answers, int hardest, List<String> styles) {

  /** Makes the statements of an answer. */
  @FunctionalInterface
  interface Answers {
    List<Check> make(int errors);
  }

  /**
   * Answers.
   *
   * @param errors how many statements shall be false, at most {@code hardest}, and one more with an
   *     extra statement
   * @param withExtra whether to say something that was not asked for; a false one is a
   *     hallucination
   */
  Reply reply(Statements statements, Random random, int errors, boolean withExtra) {
    boolean hallucinate = withExtra && errors > 0 && (errors > hardest || random.nextBoolean());
    List<Check> checks = new ArrayList<>(answers.make(hallucinate ? errors - 1 : errors));
    String joined = String.join(" and ", checks.stream().map(Check::words).toList());
    String text = Words.pick(random, styles).formatted(joined);
    if (withExtra) {
      Check extra = statements.extra(!hallucinate);
      text +=
          Words.pick(random, " I also see ", " Besides, I notice ", " There, one can see ")
              + extra.words()
              + ".";
      checks.add(extra);
    }
    return new Reply(text, ImmutableList.copyOf(checks));
  }
}
