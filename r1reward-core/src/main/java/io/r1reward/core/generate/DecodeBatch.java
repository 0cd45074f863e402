package io.r1reward.core.generate;

import io.r1reward.EngineException;
import io.r1reward.core.generate.DecoderEngine.PromptState;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

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

  /**
   * Says whether {@link #stepAhead} verifies guesses, which it does only where a row's numbers are
   * the same to the last bit whatever is computed beside it.
   */
  default boolean looksAhead() {
    return false;
  }

  /**
   * As {@link #step}, but rows come with guesses of the tokens that will be chosen. All of them run
   * at once, and a row gets tokens for as long as its guesses are what is chosen: those, and in
   * that order, that {@link #step} would give one by one.
   *
   * @param uniforms numbers in [0, 1) for the row's next tokens, {@code [rows()][1 + guesses]}
   * @param guesses ids, {@code [rows()][guesses]}; of rows that were just added they are not looked
   *     at
   * @return for each row its tokens, 1 to 1 + guesses
   */
  default List<Step> stepAhead(double[][] uniforms, int[][] guesses) {
    Step step = step(Arrays.stream(uniforms).mapToDouble(row -> row[0]).toArray());
    return IntStream.range(0, rows()).mapToObj(row -> step.slice(row, row + 1)).toList();
  }

  @Override
  void close();

  /**
   * One token for every row, or some tokens of one row.
   *
   * @param tokens chosen ids, {@code [n]}
   * @param logProbabilities of the chosen ids under the unprocessed logits, {@code [n]}
   * @param watched log-probabilities of the watched ids, {@code [n][watched]}
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Step(int[] tokens, float[] logProbabilities, float[][] watched) {

    /** Checks that there is one of each. */
    public Step {
      if (logProbabilities.length != tokens.length || watched.length != tokens.length) {
        throw new EngineException(
            "a step gave %d tokens with %d log-probabilities and %d watched ones"
                .formatted(tokens.length, logProbabilities.length, watched.length));
      }
    }

    /** Returns some of the tokens. */
    public Step slice(int from, int to) {
      return new Step(
          Arrays.copyOfRange(tokens, from, to),
          Arrays.copyOfRange(logProbabilities, from, to),
          Arrays.copyOfRange(watched, from, to));
    }
  }
}
