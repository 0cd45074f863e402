package io.r1reward.core.generate;

import io.r1reward.EngineException;
import java.util.Arrays;

/**
 * Turns the logits of one row and one uniform number into a token, as {@link Decoding} says: the
 * arithmetic of the Hugging Face {@code generate} loop in float32, then one draw by inverse CDF in
 * the order of token ids, in float64.
 *
 * <p>Its arrays are kept between calls. Not thread-safe: one for each thread that samples.
 */
public final class TokenSampler {
  private final int vocabularySize;
  private final SoftmaxSums sums;
  private final Candidates candidates = new Candidates();
  private float[] saved = new float[0];

  /**
   * A sampler for logits of one vocabulary.
   *
   * @param vocabularySize number of logits of a row, at least 1
   */
  public TokenSampler(int vocabularySize) {
    this.vocabularySize = vocabularySize;
    this.sums = new SoftmaxSums(vocabularySize);
  }

  /**
   * A token and what the model itself thought of it.
   *
   * @param token the chosen id
   * @param logProbability of that id under the softmax of the unprocessed logits, divided by the
   *     temperature where the decoding is {@link Decoding#tempered}
   * @param watched log-probabilities of the watched ids, {@code [watched]}
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Choice(int token, float logProbability, float[] watched) {}

  /**
   * Chooses the next token of a row.
   *
   * @param logits logits of one or more rows; written to during the call, unchanged behind it
   * @param offset where this row begins; it is {@code vocabularySize} long
   * @param seen ids of prompt and completion; read only where there is a repetition penalty
   * @param decoding how to choose
   * @param uniform in [0, 1); ignored when greedy
   * @param watched ids whose log-probabilities are wanted
   * @throws EngineException if a logit is NaN or positive infinity, or all are negative infinity
   */
  public Choice sample(
      float[] logits,
      int offset,
      SeenTokens seen,
      Decoding decoding,
      double uniform,
      int[] watched) {
    float max = SoftmaxSums.max(logits, offset, vocabularySize);
    double sum = sums.sum(logits, offset, max, 1);
    if (Double.isNaN(sum) || max == Float.POSITIVE_INFINITY) {
      throw notFinite(logits, offset);
    }
    float divisor = (float) decoding.reportedTemperature();
    double logSum =
        divisor == 1
            ? max + Math.log(sum)
            : max / divisor + Math.log(sums.sum(logits, offset, max, divisor));
    int token = choose(logits, offset, max, seen, decoding, uniform);
    float[] ofWatched = new float[watched.length];
    for (int i = 0; i < watched.length; i++) {
      ofWatched[i] = (float) (logits[offset + watched[i]] / divisor - logSum);
    }
    return new Choice(token, (float) (logits[offset + token] / divisor - logSum), ofWatched);
  }

  /**
   * Returns the processed scores of a row, {@code [vocabularySize]}, with negative infinity for
   * every token that is filtered out: the logarithms of the distribution {@link #sample} draws
   * from, up to a constant. A greedy decoding applies the penalty alone.
   */
  float[] processed(float[] logits, int offset, SeenTokens seen, Decoding decoding) {
    float[] scores = Arrays.copyOfRange(logits, offset, offset + vocabularySize);
    penalise(scores, 0, seen, decoding.repetitionPenalty());
    if (decoding.isGreedy()) {
      return scores;
    }
    candidates.select(scores, 0, vocabularySize, decoding);
    return candidates.scatter(vocabularySize);
  }

  private int choose(
      float[] logits,
      int offset,
      float rawMax,
      SeenTokens seen,
      Decoding decoding,
      double uniform) {
    boolean penalised = decoding.repetitionPenalty() != 1;
    if (penalised) {
      save(logits, offset, seen);
      penalise(logits, offset, seen, decoding.repetitionPenalty());
    }
    try {
      float max = penalised ? SoftmaxSums.max(logits, offset, vocabularySize) : rawMax;
      // a temperature that lifts scores out of float32's range leaves the most likely token alone
      float temperature = (float) decoding.temperature();
      if (decoding.isGreedy() || !Float.isFinite(max / temperature)) {
        return firstEqual(logits, offset, max);
      }
      if (!Candidates.filters(decoding, vocabularySize)) {
        return sums.draw(logits, offset, max, temperature, uniform);
      }
      candidates.select(logits, offset, vocabularySize, decoding);
      return candidates.draw(uniform);
    } finally {
      if (penalised) {
        restore(logits, offset, seen);
      }
    }
  }

  private static int firstEqual(float[] scores, int offset, float value) {
    int token = 0;
    while (scores[offset + token] != value) {
      token++;
    }
    return token;
  }

  private static void penalise(float[] scores, int offset, SeenTokens seen, double penalty) {
    float factor = (float) penalty;
    if (factor == 1) {
      return;
    }
    for (int i = 0; i < seen.size(); i++) {
      int at = offset + seen.id(i);
      scores[at] = scores[at] < 0 ? scores[at] * factor : scores[at] / factor;
    }
  }

  private void save(float[] logits, int offset, SeenTokens seen) {
    if (saved.length < seen.size()) {
      saved = new float[Math.max(seen.size(), 2 * saved.length)];
    }
    for (int i = 0; i < seen.size(); i++) {
      saved[i] = logits[offset + seen.id(i)];
    }
  }

  private void restore(float[] logits, int offset, SeenTokens seen) {
    for (int i = 0; i < seen.size(); i++) {
      logits[offset + seen.id(i)] = saved[i];
    }
  }

  private EngineException notFinite(float[] logits, int offset) {
    for (int i = 0; i < vocabularySize; i++) {
      float value = logits[offset + i];
      if (Float.isNaN(value) || value == Float.POSITIVE_INFINITY) {
        return new EngineException(
            "the model computed " + value + " as logit " + i + " of " + vocabularySize);
      }
    }
    return new EngineException(
        "the model computed negative infinity for all of " + vocabularySize + " logits");
  }
}
