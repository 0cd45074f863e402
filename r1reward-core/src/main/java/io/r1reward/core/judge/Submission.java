package io.r1reward.core.judge;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A score that starts later, on another thread; cancelling it cancels the score. Thread-safe. */
final class Submission<T> extends CompletableFuture<T> {

  /**
   * Starts the score, unless it was cancelled before, and ends as it does.
   *
   * @return whether it was started
   */
  boolean follow(Supplier<? extends CompletableFuture<T>> starting) {
    if (isDone()) {
      return false; // cancelled before it started
    }
    try {
      CompletableFuture<T> score = starting.get();
      CompletableFuture<?> unused =
          score.whenComplete(
              (result, failure) -> {
                if (failure == null) {
                  complete(result);
                } else {
                  completeExceptionally(failure);
                }
              });
      CompletableFuture<?> unusedToo =
          whenComplete(
              (result, failure) -> {
                if (isCancelled()) {
                  score.cancel(true);
                }
              });
    } catch (RuntimeException | Error e) {
      completeExceptionally(e);
    }
    return true;
  }
}
