package io.r1reward.core.protocol;

/**
 * The strict format that training rewards (R1-Reward, arXiv 2505.02835, format reward): {@code
 * ^<think>.*?</think><answer>.*?</answer>$}, where the dot matches line feeds, with exactly one
 * {@code <think>} and one {@code <answer>}. As in the published code a single line feed may follow
 * the end. (The paper's figures show a blank between the two tags; the code forbids it.)
 */
public final class ResponseFormat {

  private ResponseFormat() {}

  /**
   * Says whether a completion has the format. Linear in its length.
   *
   * @param completion generated text without special tokens
   */
  public static boolean isStrict(String completion) {
    String text =
        completion.endsWith("\n") ? completion.substring(0, completion.length() - 1) : completion;
    int answer = text.indexOf(Tags.ANSWER);
    return text.startsWith(Tags.THINK)
        && text.indexOf(Tags.THINK, 1) < 0
        && answer >= 0
        && text.indexOf(Tags.ANSWER, answer + 1) < 0
        && text.endsWith(Tags.ANSWER_END)
        // the end tags stand right before the answer, and after it
        && answer >= Tags.THINK.length() + Tags.THINK_END.length()
        && text.startsWith(Tags.THINK_END, answer - Tags.THINK_END.length())
        && answer + Tags.ANSWER.length() <= text.length() - Tags.ANSWER_END.length();
  }
}
