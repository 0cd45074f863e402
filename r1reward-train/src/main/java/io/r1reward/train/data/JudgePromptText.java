package io.r1reward.train.data;

import io.r1reward.InvalidInputException;

/**
 * Question and responses taken out of a written R1-Reward prompt, at its headings. The question and
 * the first response end at the next heading's first occurrence, the second response at the last
 * occurrence of the closing heading.
 */
record JudgePromptText(String question, String first, String second) {
  private static final String QUESTION = "###### [Question]:";
  private static final String FIRST = "###### [Response 1]:";
  private static final String SECOND = "###### [Response 2]:";
  private static final String END = "###### **Output Format";

  static JudgePromptText parse(String prompt) {
    int question = find(prompt, QUESTION, 0);
    int first = find(prompt, FIRST, question);
    int second = find(prompt, SECOND, first);
    int end = prompt.lastIndexOf(END);
    if (end < second) {
      throw missing(END);
    }
    return new JudgePromptText(
        between(prompt, question + QUESTION.length(), first),
        between(prompt, first + FIRST.length(), second),
        between(prompt, second + SECOND.length(), end));
  }

  private static int find(String prompt, String heading, int from) {
    int at = prompt.indexOf(heading, from);
    if (at < 0) {
      throw missing(heading);
    }
    return at;
  }

  private static InvalidInputException missing(String heading) {
    return new InvalidInputException(
        "the message is no R1-Reward prompt: heading \"" + heading + "\" is missing");
  }

  /** The prompt sets a text between one line feed and two blanks with two line feeds. */
  private static String between(String prompt, int from, int to) {
    String text = prompt.substring(from, to);
    text = text.startsWith("\n") ? text.substring(1) : text;
    if (text.endsWith("  \n\n")) {
      return text.substring(0, text.length() - 4);
    }
    return text.stripTrailing();
  }
}
