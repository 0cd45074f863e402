package io.r1reward.train.model;

import io.r1reward.InvalidInputException;
import io.r1reward.core.generate.Prompt;
import java.io.Serializable;

/**
 * One sequence: a prompt and what follows it. Immutable by contract.
 *
 * @param prompt tokens with expanded placeholders, and media
 * @param completion tokens behind the prompt; may be empty
 * @param firstTarget index in the whole sequence of the first token whose log-probability is
 *     wanted, at least 1; all tokens from there on are targets
 */
@SuppressWarnings("ArrayRecordComponent")
public record TrainingRow(Prompt prompt, int[] completion, int firstTarget)
    implements Serializable {

  /** Checks the range. */
  public TrainingRow {
    if (firstTarget < 1 || firstTarget > prompt.length() + completion.length) {
      throw new InvalidInputException(
          "first target must be in [1, "
              + (prompt.length() + completion.length)
              + "], got "
              + firstTarget);
    }
  }

  /** A row whose targets are the completion. */
  public static TrainingRow of(Prompt prompt, int[] completion) {
    return new TrainingRow(prompt, completion, prompt.length());
  }

  /** Returns the number of tokens. */
  public int length() {
    return prompt.length() + completion.length;
  }

  /** Returns the number of targets. */
  public int targets() {
    return length() - firstTarget;
  }

  int token(int index) {
    return index < prompt.length() ? prompt.tokens()[index] : completion[index - prompt.length()];
  }
}
