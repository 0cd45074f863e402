package io.r1reward.core.generate;

import com.google.common.hash.Hashing;
import io.r1reward.InvalidInputException;
import java.util.List;

/**
 * Prompts and how many completions of each are wanted. Prompts of one request that begin with the
 * same tokens and media (the two orders of a pair) share the computation of what they have in
 * common. Immutable by contract.
 *
 * @param prompts at least one; unmodifiable
 * @param samples completions per prompt
 * @param decoding how tokens are chosen
 * @param seed start of the random draws; sample {@code s} of prompt {@code p} draws from its own
 *     stream derived from the seed, the prompt's content and {@code s} (see {@link UniformStream})
 * @param watched token ids whose log-probabilities are recorded at every step (see {@link
 *     Completion#watchedLogProbabilities}); may be empty
 * @param listener hears tokens and may end completions
 * @param seeds a seed for each prompt in place of {@code seed}, so that equal prompts draw
 *     different numbers; empty where {@code seed} is that of all
 */
@SuppressWarnings("ArrayRecordComponent")
public record GenerationRequest(
    List<Prompt> prompts,
    int samples,
    Decoding decoding,
    long seed,
    int[] watched,
    TokenListener listener,
    long[] seeds) {

  /** Checks the counts. */
  public GenerationRequest {
    prompts = List.copyOf(prompts);
    if (prompts.isEmpty()) {
      throw new InvalidInputException("a generation request needs at least 1 prompt, got 0");
    }
    if (samples < 1) {
      throw new InvalidInputException("samples must be at least 1, got " + samples);
    }
    if (seeds.length != 0 && seeds.length != prompts.size()) {
      throw new InvalidInputException(
          "seeds must be none or one per prompt, got "
              + seeds.length
              + " for "
              + prompts.size()
              + " prompts");
    }
  }

  /** A request with one seed for all prompts. */
  public GenerationRequest(
      List<Prompt> prompts,
      int samples,
      Decoding decoding,
      long seed,
      int[] watched,
      TokenListener listener) {
    this(prompts, samples, decoding, seed, watched, listener, new long[0]);
  }

  /**
   * Returns the request with a seed for each prompt, made of the request's and of the prompt's
   * position: the same prompt at two positions draws different numbers.
   */
  public GenerationRequest seededByPosition() {
    long[] own = new long[prompts.size()];
    for (int i = 0; i < own.length; i++) {
      own[i] = Hashing.murmur3_128().newHasher().putLong(seed).putInt(i).hash().asLong();
    }
    return new GenerationRequest(prompts, samples, decoding, seed, watched, listener, own);
  }

  /** Returns the seed of the draws for a prompt. */
  public long seedOf(int prompt) {
    return seeds.length == 0 ? seed : seeds[prompt];
  }

  /** One or more completions of each prompt, nothing watched, nobody listening. */
  public static GenerationRequest of(
      List<Prompt> prompts, int samples, Decoding decoding, long seed) {
    return new GenerationRequest(
        prompts, samples, decoding, seed, new int[0], TokenListener.SILENT);
  }
}
