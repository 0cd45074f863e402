package io.r1reward.core.judge;

import io.r1reward.CancelledException;
import io.r1reward.InvalidInputException;
import io.r1reward.ModelListener.Kind;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How any judge takes requests: measured, here or later, and while it is open. Thread-safe. */
final class Requests {
  private final Callbacks callbacks;
  private final Meter meter;
  private volatile boolean closed;

  Requests(Callbacks callbacks, Meter meter) {
    this.callbacks = callbacks;
    this.meter = meter;
  }

  /** Starts a request. */
  interface Starting<T> {
    /**
     * Starts.
     *
     * @param submitted {@link System#nanoTime} of the submission
     */
    CompletableFuture<T> start(long submitted, RequestMeter measured);
  }

  /** Starts a request on this thread. */
  <T> CompletableFuture<T> now(Kind kind, Starting<T> starting) {
    long submitted = System.nanoTime();
    RequestMeter measured = meter.queued(kind);
    return measured.orFailed(() -> starting.start(submitted, measured));
  }

  /** Starts a request on another thread. */
  <T> CompletableFuture<T> later(Kind kind, Starting<T> starting) {
    long submitted = System.nanoTime();
    RequestMeter measured = meter.queued(kind);
    Submission<T> submission = new Submission<>();
    callbacks.execute(
        () -> {
          if (!submission.follow(
              () -> measured.orFailed(() -> starting.start(submitted, measured)))) {
            measured.failed(new CancellationException());
          }
        });
    return submission;
  }

  /**
   * Does what needs an open model.
   *
   * @throws CancelledException if it is closed, or was closed meanwhile
   */
  <T> T whileOpen(Supplier<T> work) {
    try {
      if (closed) {
        throw new CancelledException("the model is closed");
      }
      return work.get();
    } catch (IllegalStateException e) {
      if (closed) { // while the prompt was made
        throw new CancelledException("the model is closed", e);
      }
      throw e;
    }
  }

  void close() {
    closed = true;
  }

  boolean areClosed() {
    return closed;
  }

  static void requireGiven(@Nullable Object request) {
    if (request == null) {
      throw new InvalidInputException("request must not be null");
    }
  }
}
