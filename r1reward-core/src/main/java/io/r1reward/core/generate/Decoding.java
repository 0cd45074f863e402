package io.r1reward.core.generate;

import com.google.common.collect.ImmutableSet;
import io.r1reward.InvalidInputException;
import java.io.Serializable;
import java.util.Set;

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
 * @param endTokens ids that end a completion (and are its last token); unmodifiable
 * @param tempered whether log-probabilities are reported of the logits divided by the temperature,
 *     the distribution that is drawn from where nothing is penalised or filtered; otherwise, and
 *     where decoding is greedy, they are the model's own
 */
public record Decoding(
    double temperature,
    int topK,
    double topP,
    double minP,
    double repetitionPenalty,
    int maxNewTokens,
    Set<Integer> endTokens,
    boolean tempered)
    implements Serializable {

  /** Checks every value. */
  public Decoding {
    endTokens = ImmutableSet.copyOf(endTokens); // keeps the order
    check(temperature >= 0 && Double.isFinite(temperature), "temperature", temperature, "[0, inf)");
    check(topK >= 0, "topK", topK, "[0, inf)");
    check(topP > 0 && topP <= 1, "topP", topP, "(0, 1]");
    check(minP >= 0 && minP <= 1, "minP", minP, "[0, 1]");
    check(
        repetitionPenalty > 0 && Double.isFinite(repetitionPenalty),
        "repetitionPenalty",
        repetitionPenalty,
        "(0, inf)");
    check(maxNewTokens >= 1, "maxNewTokens", maxNewTokens, "[1, inf)");
  }

  /** How tokens are chosen, with the model's own log-probabilities. */
  public Decoding(
      double temperature,
      int topK,
      double topP,
      double minP,
      double repetitionPenalty,
      int maxNewTokens,
      Set<Integer> endTokens) {
    this(temperature, topK, topP, minP, repetitionPenalty, maxNewTokens, endTokens, false);
  }

  private static void check(boolean valid, String name, Number value, String range) {
    if (!valid) {
      throw new InvalidInputException(name + " must be in " + range + ", got " + value);
    }
  }

  /** Greedy decoding without penalties. */
  public static Decoding greedy(int maxNewTokens, Set<Integer> endTokens) {
    return new Decoding(0, 0, 1, 0, 1, maxNewTokens, endTokens);
  }

  /** Returns what the logits are divided by before their log-probabilities are reported. */
  public double reportedTemperature() {
    return tempered && !isGreedy() ? temperature : 1;
  }

  /** Says whether no random number decides. */
  public boolean isGreedy() {
    return temperature == 0;
  }
}
