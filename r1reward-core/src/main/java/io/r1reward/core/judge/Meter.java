package io.r1reward.core.judge;

import io.r1reward.ModelListener;
import io.r1reward.ModelListener.Finished;
import io.r1reward.ModelListener.Judged;
import io.r1reward.ModelListener.Kind;
import io.r1reward.ModelListener.Queued;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the requests of one model and tells a {@link ModelListener} of them, on {@link Callbacks},
 * in order. Whoever reports an event only puts it down; no lock is held while the listener is
 * called. Thread-safe.
 */
final class Meter {
  private static final Logger log = LoggerFactory.getLogger(Meter.class);

  /** Most events that wait for a listener that blocks: some megabytes. */
  static final int MOST_WAITING = 10_000;

  private final @Nullable ModelListener listener;
  private final Executor inOrder;
  private final Queue<Consumer<ModelListener>> waiting = new ArrayDeque<>();
  private int underWay;
  private boolean dropping;

  /**
   * A meter that stands at zero.
   *
   * @param listener the user's; null where there is none
   */
  Meter(Callbacks callbacks, @Nullable ModelListener listener) {
    this.inOrder = callbacks.inOrder();
    this.listener = listener;
  }

  /** A request was submitted just now. */
  RequestMeter queued(Kind kind) {
    count(
        1,
        now -> {
          Queued event = new Queued(kind, now);
          return to -> to.requestQueued(event);
        });
    return new RequestMeter(this, kind);
  }

  /** A judgement has ended. */
  void judged(Judged event) {
    count(0, now -> to -> to.judgementEnded(event));
  }

  /** A request has ended; the event is told how many are still under way. */
  void finished(IntFunction<Finished> event) {
    count(
        -1,
        now -> {
          Finished finished = event.apply(now);
          return to -> to.requestFinished(finished);
        });
  }

  private void count(int change, IntFunction<Consumer<ModelListener>> event) {
    ModelListener to = listener;
    if (to == null) {
      return;
    }
    synchronized (this) {
      underWay += change;
      boolean full = waiting.size() >= MOST_WAITING;
      if (full && !dropping) {
        log.warn("the model listener is {} events behind, further ones are dropped", MOST_WAITING);
      }
      dropping = full;
      if (full) {
        return;
      }
      waiting.add(event.apply(underWay));
    }
    inOrder.execute(() -> tellNext(to)); // one for each that waits
  }

  private void tellNext(ModelListener to) {
    Consumer<ModelListener> event;
    synchronized (this) {
      event = waiting.remove();
    }
    try {
      event.accept(to);
    } catch (RuntimeException | Error e) {
      log.warn("the model listener failed, the model goes on", e);
    }
  }
}
