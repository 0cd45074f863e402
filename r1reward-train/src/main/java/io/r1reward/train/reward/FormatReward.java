package io.r1reward.train.reward;

import java.util.regex.Pattern;

/**
 * The format reward (arXiv 2505.02835, §3.3, as the code computes it): 1 if the whole completion is
 * {@code <think>…</think><answer>…</answer>} with exactly one {@code <think>} and one {@code
 * <answer>}, else 0. Nothing may stand between the two parts, one line feed may follow. Stateless,
 * thread-safe.
 */
public final class FormatReward implements RewardFunction {
  private static final Pattern LAYOUT =
      Pattern.compile("<think>.*?</think><answer>.*?</answer>\\n?", Pattern.DOTALL);

  @Override
  public double score(RewardInput input) {
    return isWellFormed(input.completion()) ? 1 : 0;
  }

  /** Says whether a completion has the layout. */
  public static boolean isWellFormed(String completion) {
    return hasOne(completion, "<think>")
        && hasOne(completion, "<answer>")
        && LAYOUT.matcher(completion).matches();
  }

  private static boolean hasOne(String text, String tag) {
    int at = text.indexOf(tag);
    return at >= 0 && text.indexOf(tag, at + tag.length()) < 0;
  }
}
