package io.r1reward;

import static io.r1reward.Given.given;

import java.util.Deque;
import java.util.Iterator;
import java.util.Spliterator;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Scores items in their order, a bounded number at a time: an item is taken when there is room for
 * it. One that a full queue refuses is submitted again later. Belongs to the thread that reads the
 * stream, but for {@link #stop}.
 */
final class ScoreAll<T> implements Spliterator<ScoreOutcome<T>> {
  /** Under way where nothing is said; two of the default batch. */
  static final int AT_ONCE = 32;

  /** Items that wait to be handed over behind a slow one, per item under way. */
  private static final int WAITING_PER_ITEM = 8;

  /** After so long an item that a full queue has refused is tried again. */
  private static final long RETRY_MILLIS = 20;

  /** An item under way or ended; submitted anew, it has another future. */
  private static final class Pending<T> {
    final T item;
    volatile CompletableFuture<PreferenceScore> score;

    Pending(T item, CompletableFuture<PreferenceScore> score) {
      this.item = item;
      this.score = score;
    }
  }

  private final RewardModel model;
  private final Iterator<? extends T> items;
  private final Function<? super T, ScoreRequest> request;
  private final int atOnce;

  private final Deque<Pending<T>> pending = new ConcurrentLinkedDeque<>();
  private int waiting;
  private final AtomicInteger underWay = new AtomicInteger();
  private final Semaphore ended = new Semaphore(0);
  private @Nullable T refused;
  private volatile boolean stopped;

  ScoreAll(
      RewardModel model,
      Iterable<? extends T> items,
      Function<? super T, ScoreRequest> request,
      int atOnce) {
    this.model = model;
    this.items = given(items, "items").iterator();
    this.request = given(request, "request");
    if (atOnce < 1) {
      throw new InvalidInputException("atOnce must be at least 1, got " + atOnce);
    }
    this.atOnce = atOnce;
  }

  Stream<ScoreOutcome<T>> stream() {
    return StreamSupport.stream(this, false).onClose(this::stop);
  }

  /** Ends the stream and cancels what is under way; called from any thread. */
  private void stop() {
    stopped = true;
    pending.forEach(one -> one.score.cancel(true));
    ended.release();
  }

  @Override
  public boolean tryAdvance(Consumer<? super ScoreOutcome<T>> action) {
    boolean fine = false;
    try {
      boolean advanced = advance(action);
      fine = true;
      return advanced;
    } finally {
      if (!fine) {
        stop();
      }
    }
  }

  private boolean advance(Consumer<? super ScoreOutcome<T>> action) {
    while (!stopped) {
      Pending<T> oldest = pending.peek();
      if (oldest != null && oldest.score.isDone()) {
        ScoreOutcome<T> outcome = outcome(oldest);
        if (outcome != null) {
          pending.remove();
          waiting--;
          action.accept(outcome);
          return true;
        }
      } else if (!hasRoom()) { // nothing may be pending: the room of an outcome comes after it
        await(false);
      } else if (refused != null || items.hasNext()) {
        take(refused == null ? given(items.next(), "item") : refused);
      } else if (oldest == null) {
        return false;
      } else {
        await(false);
      }
    }
    return false;
  }

  private void take(T item) {
    CompletableFuture<PreferenceScore> score = submit(item);
    refused = score == null ? item : null;
    if (score == null) {
      await(true);
      return;
    }
    pending.add(new Pending<>(item, score));
    waiting++;
    cancelIfStopped(score);
  }

  /** For a score that has just become visible to {@link #stop}, which may have come before. */
  private void cancelIfStopped(CompletableFuture<PreferenceScore> score) {
    if (stopped) {
      score.cancel(true);
    }
  }

  private boolean hasRoom() {
    return underWay.get() < atOnce && waiting < (long) WAITING_PER_ITEM * atOnce;
  }

  /** Submits an item; null if the queue is full. */
  private @Nullable CompletableFuture<PreferenceScore> submit(T item) {
    ScoreRequest asked;
    try {
      asked = given(request.apply(item), "request");
    } catch (InvalidInputException e) {
      return CompletableFuture.failedFuture(e);
    }
    CompletableFuture<PreferenceScore> score;
    try {
      score = model.submit(asked);
    } catch (QueueFullException e) {
      return null;
    } catch (InvalidInputException e) {
      return CompletableFuture.failedFuture(e);
    } catch (RewardModelException e) {
      throw e;
    } catch (RuntimeException e) {
      // reading this pair's media or text failed, which says nothing about the next
      return CompletableFuture.failedFuture(new InvalidInputException(e.toString(), e));
    }
    underWay.incrementAndGet();
    CompletableFuture<?> unused =
        score.whenComplete(
            (result, failure) -> {
              underWay.decrementAndGet();
              ended.release();
            });
    return score; // cancelling the dependent future would not reach the model
  }

  /** What became of an item that has ended; null if it is under way once more, or stopped. */
  private @Nullable ScoreOutcome<T> outcome(Pending<T> one) {
    try {
      return new ScoreOutcome<>(one.item, one.score.join(), null);
    } catch (CancellationException e) {
      if (stopped) {
        return null;
      }
      throw new CancelledException("the score was cancelled", e);
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof InvalidInputException invalid) {
        return new ScoreOutcome<>(one.item, null, invalid);
      }
      if (cause instanceof QueueFullException) { // of a model that finds out late
        await(true);
        CompletableFuture<PreferenceScore> again = submit(one.item);
        if (again != null) {
          one.score = again;
          cancelIfStopped(again);
        }
        return null;
      }
      throw cause instanceof RewardModelException known
          ? known
          : new EngineException("scoring failed: " + cause, e);
    }
  }

  /** Waits until an item has ended, or for a moment. */
  private void await(boolean briefly) {
    try {
      if (briefly) {
        boolean unused = ended.tryAcquire(RETRY_MILLIS, TimeUnit.MILLISECONDS);
      } else {
        ended.acquire();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException("interrupted while waiting for a score", e);
    }
  }

  @Override
  public @Nullable Spliterator<ScoreOutcome<T>> trySplit() {
    return null; // the model computes batches; handing over is one thread's work
  }

  @Override
  public long estimateSize() {
    return Long.MAX_VALUE;
  }

  @Override
  public int characteristics() {
    return ORDERED | NONNULL;
  }
}
