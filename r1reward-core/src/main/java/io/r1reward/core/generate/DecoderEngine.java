package io.r1reward.core.generate;

import io.r1reward.EngineException;
import io.r1reward.ModelInfo;
import java.util.List;

/**
 * What a compute engine offers below the {@link Generator} seam: prefill prompts, and step a batch
 * of rows.
 *
 * <p>Not thread-safe: {@link BatchingGenerator} owns the engine and calls everything, {@link
 * #close} included, from one thread. Every object handed out is closed by the owner before the
 * engine.
 */
public interface DecoderEngine extends AutoCloseable {

  /** Returns what computes. */
  ModelInfo info();

  /**
   * Runs the vision tower and the decoder over prompts. Prompts that begin with the same tokens and
   * media are computed once up to where they part.
   *
   * @return one state per prompt, each closed by the caller
   */
  List<PromptState> prefill(List<Prompt> prompts);

  /**
   * Reads prompts and returns the hidden state of each one's last token, behind the final norm,
   * which a value head takes: {@code [hidden]}. Prompts that begin alike are computed once up to
   * where they part. Keeps nothing.
   *
   * @throws io.r1reward.EngineException if the engine's graph gives no hidden states
   */
  default List<float[]> lastHidden(List<Prompt> prompts) {
    throw new EngineException(
        "the engine " + info().engine() + " gives no hidden states of this model");
  }

  /** Makes an empty batch that can hold {@code rows} completions at a time. */
  DecodeBatch newBatch(int rows);

  @Override
  void close();

  /** A prompt that has been read: its key/value cache and the logits behind its last token. */
  interface PromptState extends AutoCloseable {

    /** Returns the prompt. */
    Prompt prompt();

    /** Returns how many of its first tokens were known from prompts read before. */
    default int reused() {
      return 0;
    }

    @Override
    void close();
  }
}
