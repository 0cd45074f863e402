package io.r1reward.core.protocol;

import io.r1reward.Preferred;
import java.util.OptionalInt;

/**
 * What a judge's completion says. Immutable.
 *
 * @param preferred the better response in the order in which the judge saw them: {@code FIRST} is
 *     the one shown as "Response 1"
 * @param reasoning the reasoning without its tags; empty where there is none
 * @param answerPosition index in the completion (UTF-16 units) of the character that decides, so
 *     that its token's probabilities can be looked up; empty if and only if undecided
 */
public record Verdict(Preferred preferred, String reasoning, OptionalInt answerPosition) {

  /** Checks that a decision has a position. */
  public Verdict {
    if ((preferred == Preferred.UNDECIDED) == answerPosition.isPresent()) {
      throw new IllegalArgumentException(preferred + " with answer position " + answerPosition);
    }
  }
}
