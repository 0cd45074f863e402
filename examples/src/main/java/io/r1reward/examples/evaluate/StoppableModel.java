package io.r1reward.examples.evaluate;

import io.r1reward.RewardModel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model of a program's main thread, which Ctrl-C interrupts and waits for: the native libraries
 * must not compute while the JVM ends.
 */
final class StoppableModel implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoppableModel.class);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  private final RewardModel model;
  private final Thread main = Thread.currentThread();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread onExit = new Thread(this::stop, "stop-evaluating");

  private StoppableModel(RewardModel model) {
    this.model = model;
  }

  static StoppableModel load(RewardModel.Builder builder) {
    StoppableModel stoppable = new StoppableModel(builder.load());
    LOG.info("{}", stoppable.model.info());
    Runtime.getRuntime().addShutdownHook(stoppable.onExit);
    return stoppable;
  }

  RewardModel model() {
    return model;
  }

  private void stop() {
    main.interrupt();
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
