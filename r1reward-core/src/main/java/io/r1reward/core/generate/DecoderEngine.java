package io.r1reward.core.generate;

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

  /** Makes an empty batch that can hold {@code rows} completions at a time. */
  DecodeBatch newBatch(int rows);

  @Override
  void close();

  /** A prompt that has been read: its key/value cache and the logits behind its last token. */
  interface PromptState extends AutoCloseable {

    /** Returns the prompt. */
    Prompt prompt();

    @Override
    void close();
  }
}
