package io.r1reward.examples.score;

import io.r1reward.ModelInfo;
import io.r1reward.RewardModel;
import io.r1reward.examples.results.Progress;
import io.r1reward.examples.results.StoppableModel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An open model that scores until the program is told to stop. Not thread-safe. */
final class ScoreSession implements AutoCloseable {
  private final StoppableModel model;
  private final ScoreRun.Settings settings;
  private volatile @Nullable ScoreRun run;
  private volatile boolean stopped;

  private ScoreSession(RewardModel.Builder builder, ScoreRun.Settings settings) {
    this.model = StoppableModel.load(builder, this::stop);
    this.settings = settings;
  }

  /** Loads a model. */
  static ScoreSession open(RewardModel.Builder builder, ScoreRun.Settings settings) {
    return new ScoreSession(builder, settings);
  }

  /** Tells what computes. */
  ModelInfo info() {
    return model.model().info();
  }

  /** Scores lines until there are no more, or the program is told to stop. */
  OutputFile.Written run(
      ScoreRun.Source lines, ScoreRun.Sink scores, OutputFile.Written before, long total)
      throws IOException, InterruptedException {
    try (Progress progress = Progress.of("score", "pairs", before.lines(), total)) {
      ScoreRun next = new ScoreRun(model.model(), settings, lines, scores, progress);
      run = next;
      if (stopped) {
        next.stop();
      }
      return next.run(before);
    }
  }

  /** On Ctrl-C: lets the run end behind a whole line. */
  private void stop() {
    stopped = true;
    ScoreRun running = run;
    if (running != null) {
      running.stop();
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
