package io.r1reward.core.protocol;

import io.r1reward.Preferred;
import java.math.BigDecimal;
import java.util.OptionalInt;

/**
 * How a verdict is read from a completion of the form {@code <think>…</think><answer>1</answer>}
 * (R1-Reward, arXiv 2505.02835). The published rules take the content of an {@code <answer>} and,
 * where there is none, the last {@code 1} or {@code 2} of some part of the text; the default
 * guesses at nothing.
 *
 * <p>An answer decides if it is the number 1 or 2 ({@code 1}, {@code 1.0}, {@code 01}, full-width
 * digits too). The published scripts take every other answer, and none, for 2; here those are
 * undecided under every rule.
 */
public enum VerdictRule {
  /**
   * The default, which is rather undecided than wrong. Reads only what follows the last {@code
   * </think>} (the whole text where there are no such tags), and nothing where reasoning was begun
   * and not ended:
   *
   * <ul>
   *   <li>The last complete answer decides, whatever stands around it. Beside the bare number it
   *       may be decorated ({@code Response 1}, {@code 1.}, {@code **1**}, {@code \boxed{1}}) or a
   *       clear statement (below). {@code 12}, {@code 1/2}, {@code 1 and 2}, {@code -1}, {@code not
   *       1} and {@code Response 1 is worse} are undecided.
   *   <li>Where none is complete, the last {@code <answer>} that was opened decides if nothing but
   *       {@code 1} or {@code 2}, blanks and perhaps a piece of {@code </answer>} follows to the
   *       end: a limit or a stop string may have cut off the rest. Otherwise it is undecided.
   *   <li>Without {@code <answer>}, the text decides that is only the number, or the last sentence
   *       that states clearly which is better: {@code Answer: 2}, {@code The better response is 1},
   *       {@code Response 2 is better than Response 1}, {@code I choose Response 2}. Any other
   *       digit is none of a verdict's: not one within a number ({@code 10/10}, {@code 0.1}, {@code
   *       1st}), a choice ({@code 1 or 2}) or a remark ({@code Response 1 is longer}).
   * </ul>
   */
  LAST_AFTER_REASONING {
    @Override
    Reading find(String completion) {
      int from = Tags.verdictStart(completion);
      if (from < 0) {
        return Reading.NOTHING;
      }
      Tags.Span answer = Tags.lastAnswer(completion, from);
      if (answer.isPresent()) {
        return Reading.ofAnswer(completion, answer, true);
      }
      int open = completion.lastIndexOf(Tags.ANSWER);
      return open >= from
          ? Reading.ofOpenAnswer(completion, open + Tags.ANSWER.length())
          : Reading.ofDigit(completion, PlainAnswer.stated(completion, from, completion.length()));
    }
  },

  /**
   * As the published MM-RLHF-RewardBench script: the first answer of the whole text, else the last
   * 1 or 2 of the first line that has one.
   */
  PUBLISHED_FIRST_LINE {
    @Override
    Reading find(String completion) {
      Tags.Span answer = Tags.firstAnswer(completion);
      if (answer.isPresent()) {
        return Reading.ofAnswer(completion, answer, false);
      }
      int first = firstDigit(completion);
      if (first < 0) {
        return Reading.NOTHING;
      }
      int end = completion.indexOf('\n', first);
      return Reading.ofLastDigit(completion, first, end < 0 ? completion.length() : end);
    }
  },

  /**
   * As the published VL-RewardBench and Multimodal RewardBench scripts: the first answer of the
   * whole text, else the last 1 or 2 of the whole text.
   */
  PUBLISHED_WHOLE_TEXT {
    @Override
    Reading find(String completion) {
      Tags.Span answer = Tags.firstAnswer(completion);
      return answer.isPresent()
          ? Reading.ofAnswer(completion, answer, false)
          : Reading.ofLastDigit(completion, 0, completion.length());
    }
  };

  /** Longer answers are no numbers. */
  private static final int MAX_NUMBER_LENGTH = 32;

  private static final BigDecimal TWO = BigDecimal.valueOf(2);

  abstract Reading find(String completion);

  /**
   * Reads a completion. Never throws; linear in the length of the text.
   *
   * @param completion generated text without special tokens, and nothing of the prompt
   */
  public Verdict read(String completion) {
    Reading reading = find(completion);
    return new Verdict(
        reading.preferred(),
        Tags.reasoning(completion),
        reading.preferred() == Preferred.UNDECIDED
            ? OptionalInt.empty()
            : OptionalInt.of(reading.position()));
  }

  /**
   * What was found.
   *
   * @param preferred the verdict
   * @param start where the answer begins, -1 where there is none
   * @param end where it ends, exclusive
   * @param position the deciding character
   */
  record Reading(Preferred preferred, int start, int end, int position) {
    static final Reading NOTHING = new Reading(Preferred.UNDECIDED, -1, -1, -1);

    static Reading ofAnswer(String text, Tags.Span content, boolean lenient) {
      int start = content.start();
      int end = content.end();
      while (start < end && isBlank(text.charAt(start))) {
        start++;
      }
      while (end > start && isBlank(text.charAt(end - 1))) {
        end--;
      }
      Preferred preferred = number(text, start, end);
      if (preferred == Preferred.UNDECIDED && lenient) {
        int alone = PlainAnswer.alone(text, start, end);
        return ofDigit(text, alone >= 0 ? alone : PlainAnswer.stated(text, start, end));
      }
      return new Reading(preferred, start, end, position(text, start, end));
    }

    /** An answer without its end tag: the number and no more, but for a piece of that tag. */
    static Reading ofOpenAnswer(String text, int start) {
      int end = text.length();
      int tag = text.lastIndexOf('<');
      if (tag >= start && Tags.ANSWER_END.startsWith(text.substring(tag))) {
        end = tag;
      }
      while (start < end && isBlank(text.charAt(start))) {
        start++;
      }
      while (end > start && isBlank(text.charAt(end - 1))) {
        end--;
      }
      boolean bare = end - start == 1 && (text.charAt(start) == '1' || text.charAt(start) == '2');
      return ofDigit(text, bare ? start : -1);
    }

    /** The digit at a position; nothing where that is negative. */
    static Reading ofDigit(String text, int at) {
      if (at < 0) {
        return NOTHING;
      }
      boolean first = Character.digit(text.charAt(at), 10) == 1;
      return new Reading(first ? Preferred.FIRST : Preferred.SECOND, at, at + 1, at);
    }

    static Reading ofLastDigit(String text, int from, int to) {
      for (int i = to - 1; i >= from; i--) {
        char character = text.charAt(i);
        if (character == '1' || character == '2') {
          return ofDigit(text, i);
        }
      }
      return NOTHING;
    }

    private static Preferred number(String text, int start, int end) {
      if (end - start > MAX_NUMBER_LENGTH) {
        return Preferred.UNDECIDED;
      }
      try {
        BigDecimal value = new BigDecimal(text.substring(start, end));
        return value.compareTo(BigDecimal.ONE) == 0
            ? Preferred.FIRST
            : value.compareTo(TWO) == 0 ? Preferred.SECOND : Preferred.UNDECIDED;
      } catch (NumberFormatException e) {
        return Preferred.UNDECIDED;
      }
    }

    /** Returns the first digit that is 1 or 2. */
    private static int position(String text, int start, int end) {
      for (int i = start; i < end; i++) {
        int digit = Character.digit(text.charAt(i), 10);
        if (digit == 1 || digit == 2) {
          return i;
        }
      }
      return -1;
    }
  }

  private static int firstDigit(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '1' || text.charAt(i) == '2') {
        return i;
      }
    }
    return -1;
  }

  /** Blanks as Python's {@code str.strip} sees them. */
  private static boolean isBlank(char character) {
    return Character.isWhitespace(character)
        || Character.isSpaceChar(character)
        || character == '\u0085';
  }
}
