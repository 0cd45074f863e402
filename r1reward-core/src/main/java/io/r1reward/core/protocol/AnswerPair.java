package io.r1reward.core.protocol;

import static java.util.Objects.requireNonNull;

import io.r1reward.InvalidInputException;
import io.r1reward.Preferred;
import java.util.OptionalInt;

/**
 * The two answers of a judge.
 *
 * @param first means "Response 1"
 * @param second means "Response 2"
 */
record AnswerPair(String first, String second) {

  AnswerPair {
    requireNonNull(first, "first");
    requireNonNull(second, "second");
    if (first.contains(second) || second.contains(first)) {
      throw new InvalidInputException(
          "answers must not hold one another, got \"" + first + "\" and \"" + second + "\"");
    }
  }

  /** Returns the length of what both begin with: what follows decides. */
  int commonPrefix() {
    int length = 0;
    while (length < Math.min(first.length(), second.length())
        && first.charAt(length) == second.charAt(length)) {
      length++;
    }
    return length;
  }

  /** Returns what of the first answer tells it from the second. */
  String decidingFirst() {
    return first.substring(commonPrefix());
  }

  /** Returns what of the second answer tells it from the first. */
  String decidingSecond() {
    return second.substring(commonPrefix());
  }

  /** Reads a stretch of a completion that holds exactly one of the two. */
  Verdict read(String completion, int start, int end) {
    String answer = completion.substring(start, end);
    int firstAt = answer.indexOf(first);
    int secondAt = answer.indexOf(second);
    if ((firstAt >= 0) == (secondAt >= 0)) {
      return undecided(completion);
    }
    int position = start + Math.max(firstAt, secondAt) + commonPrefix();
    return new Verdict(
        firstAt >= 0 ? Preferred.FIRST : Preferred.SECOND,
        Tags.reasoning(completion),
        OptionalInt.of(position));
  }

  static Verdict undecided(String completion) {
    return new Verdict(Preferred.UNDECIDED, Tags.reasoning(completion), OptionalInt.empty());
  }
}
