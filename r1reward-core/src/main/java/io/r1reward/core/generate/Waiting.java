package io.r1reward.core.generate;

import io.r1reward.CancelledException;
import io.r1reward.EngineException;
import io.r1reward.RewardModelException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waits for a result and gives its failure back as this library's exceptions. Stateless. */
public final class Waiting {

  private Waiting() {}

  static List<Completion> result(Generation generation) {
    return result(generation.all(), generation::cancel, "generation");
  }

  /**
   * Waits.
   *
   * @param cancel ends the work, where waiting would never end or is interrupted
   * @param what is waited for, for messages
   * @throws CancelledException if the thread was interrupted (its flag stays set), or the work was
   *     cancelled
   * @throws EngineException if this is the thread that computes, or the work failed otherwise than
   *     by an exception of this library
   */
  public static <T> T result(CompletableFuture<T> future, Runnable cancel, String what) {
    if (EngineThread.isCurrent() && !future.isDone()) {
      cancel.run();
      throw new EngineException(
          "a "
              + what
              + " would be waited for on the very thread that computes; call this from another"
              + " thread");
    }
    try {
      return future.get();
    } catch (InterruptedException e) {
      cancel.run();
      Thread.currentThread().interrupt();
      throw new CancelledException("interrupted while waiting for a " + what, e);
    } catch (CancellationException e) {
      throw new CancelledException("the " + what + " was cancelled", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RewardModelException known) {
        throw known;
      }
      throw new EngineException(what + " failed: " + e.getCause(), e);
    }
  }
}
