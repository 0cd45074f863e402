package io.r1reward.core.judge;

import io.r1reward.Order;
import io.r1reward.PreferenceScore;
import io.r1reward.ReasoningListener;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Tells a user of one score: texts to his listener, one at a time, and behind the last of them the
 * outcome, to the future that he holds. All of it happens on {@link Callbacks}, so that a listener
 * or dependent that blocks holds up nothing else; a time limit does not wait for it. Thread-safe.
 */
final class Telling implements ReasoningListener {
  private final Callbacks callbacks;
  private final Executor inOrder;
  private final @Nullable ReasoningListener listener;
  private final CompletableFuture<PreferenceScore> outcome = new CompletableFuture<>();
  private final CompletableFuture<PreferenceScore> score = new CompletableFuture<>();
  private final AtomicBoolean late = new AtomicBoolean();

  /**
   * Tells nothing yet.
   *
   * @param listener the user's; null where there is none
   */
  Telling(Callbacks callbacks, @Nullable ReasoningListener listener) {
    this.callbacks = callbacks;
    this.inOrder = callbacks.inOrder();
    this.listener = listener;
    CompletableFuture<?> unused =
        outcome.whenComplete(
            (result, failure) -> (late.get() ? callbacks : inOrder).execute(this::complete));
  }

  /** Is completed by the vote, on the engine's thread. */
  CompletableFuture<PreferenceScore> outcome() {
    return outcome;
  }

  /** Is the user's. */
  CompletableFuture<PreferenceScore> score() {
    return score;
  }

  /** The time is over: the outcome is told as soon as it is there, whatever the listener does. */
  void waitForNobody() {
    late.set(true);
    if (outcome.isDone()) {
      callbacks.execute(this::complete);
    }
  }

  @Override
  public void onText(int sample, Order order, String text) {
    if (listener != null) {
      inOrder.execute(() -> tell(listener, sample, order, text));
    }
  }

  private void tell(ReasoningListener to, int sample, Order order, String text) {
    if (score.isDone()) {
      return; // cancelled, failed, or over
    }
    try {
      to.onText(sample, order, text);
    } catch (RuntimeException | Error e) {
      score.completeExceptionally(e);
    }
  }

  private void complete() {
    try {
      score.complete(outcome.join());
    } catch (CompletionException e) {
      score.completeExceptionally(e.getCause() == null ? e : e.getCause());
    } catch (RuntimeException e) {
      score.completeExceptionally(e);
    }
  }
}
