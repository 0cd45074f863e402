package io.r1reward.core.generate;

import com.google.common.collect.ImmutableList;
import io.r1reward.InvalidInputException;
import java.util.List;

/**
 * Prompts and how many completions of each are wanted. Prompts of one request that begin with the
 * same tokens and media (the two orders of a pair) share the computation of what they have in
 * common. Immutable by contract.
 *
 * @param prompts at least one
 * @param samples completions per prompt
 * @param decoding how tokens are chosen
 * @param seed start of the random draws; sample {@code s} of prompt {@code p} draws from its own
 *     stream derived from the seed, the prompt's content and {@code s} (see {@link UniformStream})
 * @param watched token ids whose log-probabilities are recorded at every step (see {@link
 *     Completion#watchedLogProbabilities}); may be empty
 * @param listener hears tokens and may end completions
 */
@SuppressWarnings("ArrayRecordComponent")
public record GenerationRequest(
    ImmutableList<Prompt> prompts,
    int samples,
    Decoding decoding,
    long seed,
    int[] watched,
    TokenListener listener) {

  /** Checks the counts. */
  public GenerationRequest {
    if (prompts.isEmpty()) {
      throw new InvalidInputException("a generation request needs at least 1 prompt, got 0");
    }
    if (samples < 1) {
      throw new InvalidInputException("samples must be at least 1, got " + samples);
    }
  }

  /** One or more completions of each prompt, nothing watched, nobody listening. */
  public static GenerationRequest of(
      List<Prompt> prompts, int samples, Decoding decoding, long seed) {
    return new GenerationRequest(
        ImmutableList.copyOf(prompts), samples, decoding, seed, new int[0], TokenListener.SILENT);
  }
}
