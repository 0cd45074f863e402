package io.r1reward.core.generate;

import com.google.common.collect.ImmutableSet;

/**
 * How tokens of a completion are chosen, every value settled. Processing order and arithmetic are
 * those of the Hugging Face {@code generate} loop: repetition penalty over prompt and completion,
 * temperature, top-k (ties at the k-th score are kept), top-p, min-p; then one draw by inverse CDF
 * in the order of token ids.
 *
 * @param temperature divisor of the logits; 0 takes the most likely token (the lowest id among
 *     equals)
 * @param topK keep the k most likely tokens; 0 keeps all
 * @param topP keep the smallest set whose probability reaches p; 1 keeps all
 * @param minP drop tokens less likely than p times the most likely; 0 keeps all
 * @param repetitionPenalty 1 changes nothing
 * @param maxNewTokens most tokens of one completion
 * @param endTokens ids that end a completion (and are its last token)
 */
public record Decoding(
    double temperature,
    int topK,
    double topP,
    double minP,
    double repetitionPenalty,
    int maxNewTokens,
    ImmutableSet<Integer> endTokens) {

  /** Greedy decoding without penalties. */
  public static Decoding greedy(int maxNewTokens, ImmutableSet<Integer> endTokens) {
    return new Decoding(0, 0, 1, 0, 1, maxNewTokens, endTokens);
  }

  /** Says whether no random number decides. */
  public boolean isGreedy() {
    return temperature == 0;
  }
}
