package io.r1reward.train.rl;

import com.google.common.base.CharMatcher;
import java.util.Arrays;
import java.util.Optional;

/**
 * How the released StableReinforce code (built on OpenRLHF) lays sequences out, for comparing and
 * exchanging rollouts with it. The trainer here does none of this: its rows hold exactly the tokens
 * that were generated, and nothing is overwritten or filled up but behind a row's end. Stateless,
 * thread-safe.
 */
public final class ReleasedLayout {
  private static final String ASSISTANT = "<|im_start|>assistant\n";
  private static final String[] ENDINGS = {
    "<|im_end|>", "<|endoftext|>", "<\uff5cend\u2581of\u2581sentence\uff5c>"
  };

  private ReleasedLayout() {}

  /**
   * A sequence after generation.
   *
   * @param tokens prompt and completion; the place behind the last real token holds the end token,
   *     even where that overwrites a token of a completion that was cut off
   * @param attention from the first real token to that end token
   * @param actions one per token behind the prompt: whether the token before it is real
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Processed(int[] tokens, boolean[] attention, boolean[] actions) {}

  /**
   * Masks a generated sequence.
   *
   * @param tokens prompt (padded on the left) and completion (padded on the right)
   * @param promptLength tokens of the prompt, padding included
   */
  public static Processed process(int[] tokens, int promptLength, int endToken, int padToken) {
    int first = 0;
    int last = -1;
    for (int i = tokens.length - 1; i >= 0; i--) {
      if (isReal(tokens[i], endToken, padToken)) {
        first = i;
        last = Math.max(last, i);
      }
    }
    // the reversed argmax is at least 1, so that the end token has a place
    int end = tokens.length - Math.max(1, last < 0 ? 0 : tokens.length - 1 - last);
    int[] result = tokens.clone();
    result[end] = endToken;
    boolean[] attention = new boolean[tokens.length];
    Arrays.fill(attention, first, end + 1, true);
    boolean[] actions = new boolean[tokens.length - promptLength];
    for (int i = 0; i < actions.length; i++) {
      actions[i] = i == 0 || isReal(result[promptLength - 1 + i], endToken, padToken);
    }
    return new Processed(result, attention, actions);
  }

  private static boolean isReal(int token, int endToken, int padToken) {
    return token != endToken && token != padToken;
  }

  /**
   * Cuts the padding off one field of a stored rollout.
   *
   * @param values a field of the whole sequence, or of the actions
   * @param left leading values to cut: padding of the prompt, 0 for fields of the actions
   * @param actions action mask; what it leaves out at the end is cut
   */
  public static double[] strip(double[] values, int left, boolean[] actions) {
    int right = 0;
    for (boolean action : actions) {
      right += action ? 0 : 1;
    }
    return Arrays.copyOfRange(values, left, values.length - right);
  }

  /** Fills rows up to the longest one, with zeros on the left. */
  public static double[][] padLeft(double[][] rows) {
    int longest = Arrays.stream(rows).mapToInt(row -> row.length).max().orElse(0);
    double[][] padded = new double[rows.length][longest];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, padded[i], longest - rows[i].length, rows[i].length);
    }
    return padded;
  }

  /**
   * Positions of sequences packed into one row.
   *
   * @param segments number of the sequence each token belongs to, 0 for padding
   * @return positions from 0 in each sequence; 0 for padding
   */
  public static int[] packedPositions(int[] segments) {
    int[] positions = new int[segments.length];
    for (int i = 1; i < segments.length; i++) {
      boolean goesOn = segments[i] != 0 && segments[i] == segments[i - 1];
      positions[i] = goesOn ? positions[i - 1] + 1 : 0;
    }
    return positions;
  }

  /**
   * Takes the model's turn out of a whole chat: what stands behind the first opening of a turn of
   * the assistant, end tokens removed.
   */
  public static Optional<String> response(String chat) {
    int at = chat.indexOf(ASSISTANT);
    if (at < 0) {
      return Optional.empty();
    }
    String response = chat.substring(at + ASSISTANT.length());
    for (String ending : ENDINGS) {
      response = response.replace(ending, "");
    }
    return Optional.of(CharMatcher.whitespace().trimFrom(response));
  }
}
