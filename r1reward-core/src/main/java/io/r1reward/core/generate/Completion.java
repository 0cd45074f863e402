package io.r1reward.core.generate;

import io.r1reward.FinishReason;
import java.io.Serializable;

/**
 * One completion of one prompt. Immutable by contract.
 *
 * <p>Log-probabilities are natural logarithms of the softmax of the model's own logits, before
 * repetition penalty, temperature and filters; divided by the temperature where the decoding is
 * {@link Decoding#tempered}.
 *
 * @param prompt index of the prompt in its request
 * @param sample index of the sample
 * @param tokens generated ids, {@code [n]}, an end token included
 * @param logProbabilities of the generated tokens, {@code [n]}
 * @param watchedLogProbabilities of the watched ids at each step, {@code [n][watched]}
 * @param finishReason why it ended
 * @param promptTokensKnown how many of the prompt's first tokens were known from earlier prompts
 * @param tokensAhead how many of the tokens were guessed before, and computed beside others
 */
@SuppressWarnings("ArrayRecordComponent")
public record Completion(
    int prompt,
    int sample,
    int[] tokens,
    float[] logProbabilities,
    float[][] watchedLogProbabilities,
    FinishReason finishReason,
    int promptTokensKnown,
    int tokensAhead)
    implements Serializable {

  /** A completion for which everything was computed, one token after the other. */
  public Completion(
      int prompt,
      int sample,
      int[] tokens,
      float[] logProbabilities,
      float[][] watchedLogProbabilities,
      FinishReason finishReason) {
    this(prompt, sample, tokens, logProbabilities, watchedLogProbabilities, finishReason, 0, 0);
  }

  /** Returns the sum of the log-probabilities. */
  public double logProbability() {
    double sum = 0;
    for (float value : logProbabilities) {
      sum += value;
    }
    return sum;
  }
}
