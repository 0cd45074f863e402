package io.r1reward.core.generate;

import io.r1reward.InvalidInputException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * A prompt in the engine's terms. Placeholder tokens are already expanded: a picture stands in
 * {@code tokens} as one placeholder per merged block of patches. Immutable by contract.
 *
 * @param tokens token ids, {@code [length]}, at least one
 * @param vision pictures and videos, in the order of their placeholders; unmodifiable
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record Prompt(int[] tokens, List<VisionInput> vision) implements Serializable {

  /** Checks that there is a token. */
  public Prompt {
    vision = List.copyOf(vision);
    if (tokens.length == 0) {
      throw new InvalidInputException("a prompt needs at least 1 token, got 0");
    }
  }

  /** A prompt of text alone. */
  public static Prompt ofTokens(int... tokens) {
    return new Prompt(tokens.clone(), List.of());
  }

  /** A prompt with pictures or videos. */
  public static Prompt of(int[] tokens, List<VisionInput> vision) {
    return new Prompt(tokens, vision);
  }

  /** Returns the number of tokens. */
  public int length() {
    return tokens.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Prompt that
        && Arrays.equals(tokens, that.tokens)
        && vision.equals(that.vision);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(tokens) + vision.size();
  }

  @Override
  public String toString() {
    return "Prompt[" + tokens.length + " tokens, " + vision.size() + " media]";
  }
}
