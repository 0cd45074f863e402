package io.r1reward.examples.score;

import io.r1reward.ModelInfo;
import io.r1reward.RewardModel;
import io.r1reward.examples.results.Progress;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open model that scores until the program is told to stop. Not thread-safe. */
final class ScoreSession implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ScoreSession.class);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  private final RewardModel model;
  private final ScoreRun.Settings settings;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread onExit = new Thread(this::stop, "stop-scoring");
  private volatile @Nullable ScoreRun run;
  private volatile boolean stopped;

  private ScoreSession(RewardModel model, ScoreRun.Settings settings) {
    this.model = model;
    this.settings = settings;
  }

  /** Loads a model. */
  static ScoreSession open(RewardModel.Builder builder, ScoreRun.Settings settings) {
    ScoreSession session = new ScoreSession(builder.load(), settings);
    LOG.info("{}", session.model.info());
    Runtime.getRuntime().addShutdownHook(session.onExit);
    return session;
  }

  /** Tells what computes. */
  ModelInfo info() {
    return model.info();
  }

  /** Scores lines until there are no more, or the program is told to stop. */
  OutputFile.Written run(
      ScoreRun.Source lines, ScoreRun.Sink scores, OutputFile.Written before, long total)
      throws IOException, InterruptedException {
    try (Progress progress = Progress.of("score", "pairs", before.lines(), total)) {
      ScoreRun next = new ScoreRun(model, settings, lines, scores, progress);
      run = next;
      if (stopped) {
        next.stop();
      }
      return next.run(before);
    }
  }

  /** On Ctrl-C: lets the run end behind a whole line and free the model, for a while. */
  private void stop() {
    stopped = true;
    ScoreRun running = run;
    if (running != null) {
      running.stop();
    }
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
