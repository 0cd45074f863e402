package io.r1reward.train.model;

import io.r1reward.EngineException;

/** Says what to do when libtorch runs out of memory. Stateless, thread-safe. */
public final class OutOfMemory {

  private OutOfMemory() {}

  /**
   * Returns what is to be thrown in place of a failure: an {@link EngineException} that names the
   * settings to change where memory ran out, the failure itself otherwise.
   *
   * @param doing what was being done, with its sizes
   * @param advice the settings to change
   */
  public static RuntimeException explained(RuntimeException failure, String doing, String advice) {
    String message = String.valueOf(failure.getMessage());
    boolean memory =
        (failure instanceof EngineException || failure instanceof ai.djl.engine.EngineException)
            && !message.startsWith("out of memory in ")
            && (message.contains("out of memory")
                || message.contains("can't allocate memory")
                || message.contains("not enough memory"));
    return memory
        ? new EngineException("out of memory in " + doing + ": " + advice + ": " + message, failure)
        : failure;
  }
}
