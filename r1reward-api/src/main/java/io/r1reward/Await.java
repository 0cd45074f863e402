package io.r1reward;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waits for a future and gives its failure back as this library's exceptions. */
final class Await {

  private Await() {}

  static <T> T result(CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw new CancelledException("interrupted while waiting for a score", e);
    } catch (CancellationException e) {
      throw new CancelledException("the score was cancelled", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof RewardModelException known) {
        throw known;
      }
      throw new EngineException("scoring failed: " + cause, e);
    }
  }
}
