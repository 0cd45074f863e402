package io.r1reward.examples.score;

import io.r1reward.ModelInfo;
import io.r1reward.RewardModel;
import io.r1reward.Sampling;
import io.r1reward.Voting;
import io.r1reward.examples.results.Progress;
import io.r1reward.examples.results.StoppableModel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An open model that scores until the program is told to stop. Not thread-safe. */
final class ScoreSession implements AutoCloseable {
  private final StoppableModel model;
  private final @Nullable RewardModel first;
  private final PairScoring scoring;
  private volatile @Nullable ScoreRun run;
  private volatile boolean stopped;

  private ScoreSession(RewardModel.Builder builder, ScoreRun.Settings settings) {
    this.model = StoppableModel.load(builder, this::stop);
    this.first = null;
    this.scoring = PairScoring.of(model.model(), settings);
  }

  private ScoreSession(
      RewardModel.Builder builder, ScoreRun.Settings settings, FirstJudge firstJudge) {
    this.first = firstJudge.builder() == null ? null : firstJudge.builder().load();
    try {
      this.model = StoppableModel.load(builder, this::stop);
    } catch (RuntimeException e) {
      closeFirst();
      throw e;
    }
    Cascade cascade =
        new Cascade(
            new Cascade.Tier(
                first == null ? model.model() : first, firstJudge.voting(), firstJudge.sampling()),
            new Cascade.Tier(model.model(), settings.voting(), settings.sampling()),
            firstJudge.margin());
    this.scoring = new PairScoring(cascade::submit, settings);
  }

  /**
   * The first judge of a cascade.
   *
   * @param builder null where it is the model that is the second one, too
   * @param voting judgements per pair
   * @param sampling how tokens are drawn
   * @param margin least margin with which its verdict stands
   */
  record FirstJudge(
      RewardModel.@Nullable Builder builder, Voting voting, Sampling sampling, double margin) {}

  /**
   * Loads a model.
   *
   * @param first the judge that is asked before it, null for none
   */
  static ScoreSession open(
      RewardModel.Builder builder, ScoreRun.Settings settings, @Nullable FirstJudge first) {
    return first == null
        ? new ScoreSession(builder, settings)
        : new ScoreSession(builder, settings, first);
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
      ScoreRun next = new ScoreRun(scoring, lines, scores, progress);
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
    closeFirst();
    model.close();
  }

  private void closeFirst() {
    if (first != null) {
      first.close();
    }
  }
}
