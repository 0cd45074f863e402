package io.r1reward.core.generate;

import io.r1reward.CancelledException;
import io.r1reward.EngineException;
import io.r1reward.ModelInfo;
import io.r1reward.PromptTooLongException;
import io.r1reward.QueueFullException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Turns prompts into completions: token ids and patches in, token ids, log-probabilities and finish
 * reason out. The one seam between judging and computing.
 *
 * <p>Thread-safe: requests of many threads are decoded in one batch. The same request gives the
 * same completions whatever else is in the batch.
 */
public interface Generator extends AutoCloseable {

  /**
   * Queues a request.
   *
   * @throws io.r1reward.InvalidInputException if a token or watched id is not in the vocabulary
   * @throws PromptTooLongException if a prompt leaves no room for a token in the context
   * @throws QueueFullException if too many requests wait
   * @throws CancelledException if the generator is closed
   */
  Generation submit(GenerationRequest request);

  /**
   * Queues prompts to be read alone, without a completion: the hidden state of each one's last
   * token behind the final norm, {@code [hidden]}, as {@link DecoderEngine#lastHidden} gives it.
   *
   * @return completes on a thread of the generator's; what depends on it must not block there
   * @throws io.r1reward.InvalidInputException if a token is not in the vocabulary
   * @throws PromptTooLongException if a prompt leaves no room in the context
   * @throws QueueFullException if too many requests wait
   * @throws CancelledException if the generator is closed
   */
  default CompletableFuture<List<float[]>> lastHidden(List<Prompt> prompts) {
    throw new EngineException(
        "the generator over " + info().engine() + " gives no hidden states of this model");
  }

  /** Returns what computes; also when this is closed. */
  ModelInfo info();

  /** Says whether requests are taken; false when closed or no longer able to serve. */
  default boolean isOpen() {
    return true;
  }

  /** Cancels what runs, fails what waits, frees native memory, and returns when that is done. */
  @Override
  void close();

  /** Generates and waits; completions stand prompt by prompt, sample by sample. */
  default List<Completion> generate(GenerationRequest request) {
    return Waiting.result(submit(request));
  }
}
