package io.r1reward.core.generate;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A request under way. Thread-safe. */
public interface Generation {

  /**
   * Returns the completion of one sample, done as soon as that sample ends; a cancelled sample is
   * done with what it has, and {@link io.r1reward.FinishReason#CANCELLED}. Fails if the engine
   * fails. The future is the caller's own: cancelling it cancels nothing here.
   */
  CompletableFuture<Completion> completion(int prompt, int sample);

  /** Ends one sample at its next token; does nothing if it has ended. */
  void cancel(int prompt, int sample);

  /** Ends all samples at their next token. */
  void cancel();

  /** Returns all completions, prompt by prompt and sample by sample, when the last has ended. */
  CompletableFuture<List<Completion>> all();
}
