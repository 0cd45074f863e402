package io.r1reward.core.protocol;

/**
 * Finds the parts of {@code <think>…</think><answer>…</answer>} by plain index searches, so that no
 * text, however long or malformed, takes more than a few passes.
 */
final class Tags {
  static final String THINK = "<think>";
  static final String THINK_END = "</think>";
  static final String ANSWER = "<answer>";
  static final String ANSWER_END = "</answer>";

  private Tags() {}

  /** Begun and not ended. */
  static boolean isReasoning(String completion) {
    return completion.contains(THINK) && !completion.contains(THINK_END);
  }

  /**
   * Returns where the text begins that may hold the verdict: behind the last {@code </think>}; -1
   * where reasoning was begun and not ended.
   */
  static int verdictStart(String completion) {
    int end = completion.lastIndexOf(THINK_END);
    return completion.lastIndexOf(THINK) > end ? -1 : end < 0 ? 0 : end + THINK_END.length();
  }

  /**
   * Returns the reasoning without its tags and the blanks around it: what stands before the first
   * {@code </think>}; where that is missing, what follows {@code <think>} up to an answer or the
   * end; where both are missing, nothing.
   */
  static String reasoning(String completion) {
    int end = completion.indexOf(THINK_END);
    int start = completion.indexOf(THINK);
    if (end < 0) {
      if (start < 0) {
        return "";
      }
      int answer = completion.lastIndexOf(ANSWER);
      end = answer > start ? answer : completion.length();
    }
    boolean opened = start >= 0 && start < end;
    return completion.substring(opened ? start + THINK.length() : 0, end).strip();
  }

  /** A stretch of text, end exclusive. */
  record Span(int start, int end) {
    static final Span NONE = new Span(-1, -1);

    boolean isPresent() {
      return start >= 0;
    }
  }

  /** Finds the content of the last complete answer at or after a position. */
  static Span lastAnswer(String completion, int from) {
    int lastEnd = completion.lastIndexOf(ANSWER_END);
    int open = lastEnd < 0 ? -1 : completion.lastIndexOf(ANSWER, lastEnd - ANSWER.length());
    return content(completion, open, from);
  }

  /** Finds the content of the first complete answer. */
  static Span firstAnswer(String completion) {
    return content(completion, completion.indexOf(ANSWER), 0);
  }

  private static Span content(String completion, int open, int from) {
    if (open < from || open < 0) {
      return Span.NONE;
    }
    int start = open + ANSWER.length();
    int end = completion.indexOf(ANSWER_END, start);
    return end < 0 ? Span.NONE : new Span(start, end);
  }
}
