package io.r1reward.core.judge;

import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import io.r1reward.core.generate.EngineThread;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a user's code runs: listeners, and what depends on a score. Never on an engine's thread,
 * which would wait for itself where that code blocks. Thread-safe.
 */
final class Callbacks implements Executor {
  private static final Logger log = LoggerFactory.getLogger(Callbacks.class);

  /** As many as block at a time, so that none holds up another; they end when they are idle. */
  private static final Executor OWN =
      Executors.newCachedThreadPool(
          new ThreadFactoryBuilder().setDaemon(true).setNameFormat("r1reward-callback-%d").build());

  private final Executor chosen;

  /** Callbacks on a user's executor; null for the library's own. */
  Callbacks(@Nullable Executor chosen) {
    this.chosen = chosen == null ? OWN : chosen;
  }

  @Override
  public void execute(Runnable task) {
    try {
      chosen.execute(() -> elsewhere(task));
    } catch (RejectedExecutionException e) {
      log.debug("the executor takes no tasks any more", e);
      OWN.execute(task);
    }
  }

  /** An executor that runs a task at once runs it on the engine's thread. */
  private static void elsewhere(Runnable task) {
    if (EngineThread.isCurrent()) {
      OWN.execute(task);
    } else {
      task.run();
    }
  }

  /** Returns an executor that runs its tasks one after the other, in order. */
  Executor inOrder() {
    return MoreExecutors.newSequentialExecutor(this);
  }
}
