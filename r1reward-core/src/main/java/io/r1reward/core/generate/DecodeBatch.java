package io.r1reward.core.generate;

import io.r1reward.core.generate.DecoderEngine.PromptState;

/**
 * Completions that are decoded together. Rows in use are always {@code 0 .. rows() - 1}. Not
 * thread-safe.
 */
public interface DecodeBatch extends AutoCloseable {

  /** Returns the number of rows in use. */
  int rows();

  /**
   * Puts a new completion of a prompt in row {@code rows()}. The state may be closed afterwards.
   *
   * @param state the prompt's cache and logits
   * @param decoding how its tokens are chosen
   * @param watched ids whose log-probabilities are reported
   */
  void add(PromptState state, Decoding decoding, int[] watched);

  /** Ends a row; the last row takes its place. */
  void remove(int row);

  /**
   * Chooses the next token of every row: for rows that were just added from the prefill's logits,
   * for the others after running the decoder over the token chosen before.
   *
   * @param uniforms one number in [0, 1) per row, {@code [rows()]}; ignored for greedy rows
   * @return the choices, {@code [rows()]} each
   */
  Step step(double[] uniforms);

  @Override
  void close();

  /**
   * One token for every row.
   *
   * @param tokens chosen ids, {@code [rows]}
   * @param logProbabilities of the chosen ids under the unprocessed logits, {@code [rows]}
   * @param watched log-probabilities of the watched ids, {@code [rows][watched]}
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Step(int[] tokens, float[] logProbabilities, float[][] watched) {}
}
