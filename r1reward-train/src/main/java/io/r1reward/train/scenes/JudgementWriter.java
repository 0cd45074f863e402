package io.r1reward.train.scenes;

import io.r1reward.Preferred;
import java.util.stream.Collectors;

/**
 * Writes the templated judgement: describes the picture, quotes every statement of each response,
 * says what is true instead and yes or no to it, concludes, answers. Stateless.
 */
final class JudgementWriter {

  private JudgementWriter() {}

  static String write(Scene scene, Reply first, Reply second, Preferred label) {
    String number = label == Preferred.FIRST ? "1" : "2";
    return "<think>I see "
        + scene.describe()
        + ".\n"
        + line(1, first)
        + line(2, second)
        + "Response "
        + number
        + " is better.</think><answer>"
        + number
        + "</answer>";
  }

  private static String line(int number, Reply reply) {
    return "Response "
        + number
        + " says "
        + reply.checks().stream()
            .map(
                check ->
                    "%s, I see %s, %s"
                        .formatted(check.words(), check.truth(), check.holds() ? "yes" : "no"))
            .collect(Collectors.joining("; says "))
        + ".\n";
  }
}
