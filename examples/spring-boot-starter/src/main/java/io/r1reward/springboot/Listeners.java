package io.r1reward.springboot;

import io.r1reward.ModelListener;
import java.util.List;
import java.util.function.Consumer;

/**
 * Tells several listeners; one that fails keeps nothing from the others. Thread-safe if they are.
 */
record Listeners(List<ModelListener> all) implements ModelListener {

  private void tell(Consumer<ModelListener> event) {
    RuntimeException first = null;
    for (ModelListener listener : all) {
      try {
        event.accept(listener);
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first; // the model logs it
    }
  }

  @Override
  public void requestQueued(Queued event) {
    tell(listener -> listener.requestQueued(event));
  }

  @Override
  public void judgementEnded(Judged event) {
    tell(listener -> listener.judgementEnded(event));
  }

  @Override
  public void requestFinished(Finished event) {
    tell(listener -> listener.requestFinished(event));
  }
}
