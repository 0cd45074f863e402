package io.r1reward.core.generate;

/**
 * Hears every token as it is chosen and may end its completion. Called on the generator's thread,
 * in order for each completion; must return quickly and must not call the generator back.
 */
@FunctionalInterface
public interface TokenListener {

  /** Ends nothing, hears nothing. */
  TokenListener SILENT = (prompt, sample, token) -> true;

  /**
   * A token was chosen.
   *
   * @param prompt index of the prompt in its request
   * @param sample index of the sample of that prompt
   * @param token its id
   * @return false to end this completion here, with {@link io.r1reward.FinishReason#STOP}
   */
  boolean onToken(int prompt, int sample, int token);
}
