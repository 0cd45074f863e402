package io.r1reward.examples.score;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/** A bar with pairs a second and the time left, on standard error, where a person looks at it. */
final class ScoreProgress implements AutoCloseable {
  private final @Nullable ProgressBar bar;

  private ScoreProgress(@Nullable ProgressBar bar) {
    this.bar = bar;
  }

  /** Shows nothing. */
  static ScoreProgress none() {
    return new ScoreProgress(null);
  }

  /** Shows a bar if this program has a terminal, else nothing. */
  static ScoreProgress of(long done, long total) {
    if (!Ansi.AUTO.enabled()) {
      return none();
    }
    return new ScoreProgress(
        new ProgressBarBuilder()
            .setTaskName("score")
            .setStyle(ProgressBarStyle.ASCII)
            .setInitialMax(total)
            .startsFrom(done, Duration.ZERO)
            .setUnit(" pairs", 1)
            .setSpeedUnit(ChronoUnit.SECONDS)
            .showSpeed()
            .build());
  }

  /** One more line is written. */
  void step() {
    if (bar != null) {
      bar.step();
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
