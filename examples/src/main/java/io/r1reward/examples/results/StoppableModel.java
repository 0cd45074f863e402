package io.r1reward.examples.results;

import io.r1reward.RewardModel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model that Ctrl-C waits for a while to be closed: the native libraries must not compute while
 * the JVM ends. Not thread-safe.
 */
public final class StoppableModel implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoppableModel.class);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  private final RewardModel model;
  private final Runnable stop;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread onExit = new Thread(this::stop, "stop-judging");

  private StoppableModel(RewardModel model, Runnable stop) {
    this.model = model;
    this.stop = stop;
  }

  /**
   * Loads a model.
   *
   * @param stop makes the program close it soon; called by Ctrl-C, on a thread of its own
   */
  public static StoppableModel load(RewardModel.Builder builder, Runnable stop) {
    StoppableModel stoppable = new StoppableModel(builder.load(), stop);
    LOG.info("{}", stoppable.model.info());
    Runtime.getRuntime().addShutdownHook(stoppable.onExit);
    return stoppable;
  }

  /** Returns the model, which this closes. */
  public RewardModel model() {
    return model;
  }

  private void stop() {
    stop.run();
    try {
      if (!closed.await(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("the model did not close within {} s", STOP_LIMIT.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    try {
      model.close();
    } finally {
      closed.countDown();
      try {
        Runtime.getRuntime().removeShutdownHook(onExit);
      } catch (IllegalStateException e) {
        LOG.info("stopped; the same command goes on from here");
      }
    }
  }
}
