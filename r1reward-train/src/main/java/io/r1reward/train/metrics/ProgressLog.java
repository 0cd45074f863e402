package io.r1reward.train.metrics;

import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs one line per so many steps, and a completion beneath it where there is one. Thread-safe. */
public final class ProgressLog implements TrainingListener {
  private static final Logger logger = LoggerFactory.getLogger(ProgressLog.class);
  private static final Metric[] SHOWN = {
    Metric.SFT_LOSS,
    Metric.REWARD,
    Metric.REWARD_RESULT,
    Metric.REWARD_FORMAT,
    Metric.RESPONSE_LENGTH,
    Metric.KL,
    Metric.GRADIENT_NORM,
    Metric.HELD_OUT_ACCURACY,
    Metric.HELD_OUT_FORMAT,
    Metric.SAMPLES_PER_SECOND,
    Metric.TOKENS_PER_SECOND,
    Metric.SECONDS_LEFT
  };

  private final long every;

  private ProgressLog(long every) {
    this.every = every;
  }

  /** Logs every {@code steps} steps, and every step with a held-out measurement. */
  public static ProgressLog every(long steps) {
    return new ProgressLog(Math.max(1, steps));
  }

  @Override
  public void onStep(StepReport report) {
    if (report.step() % every != 0 && Double.isNaN(report.value(Metric.HELD_OUT_ACCURACY))) {
      return;
    }
    StringBuilder line = new StringBuilder("step ").append(report.step());
    for (Metric metric : SHOWN) {
      double value = report.value(metric);
      if (!Double.isNaN(value)) {
        line.append(String.format(Locale.ROOT, "  %s %.4g", metric.key(), value));
      }
    }
    logger.info("{}", line);
    report.samples().stream().findFirst().ifPresent(s -> logger.info("  {}: {}", s.id(), s.text()));
  }
}
