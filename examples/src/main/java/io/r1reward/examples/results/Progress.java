package io.r1reward.examples.results;

import com.google.common.base.Ticker;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.Consumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Help.Ansi;

/**
 * Tells on standard error how far a program has come: a bar with speed and time left where a person
 * looks at a terminal, else a plain line, at most one every ten seconds. Not thread-safe.
 */
public final class Progress implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
  private static final long INTERVAL = Duration.ofSeconds(10).toNanos();

  private final String task;
  private final String unit;
  private final long before;
  private final @Nullable ProgressBar bar;
  private final Consumer<String> plain;
  private final Ticker ticker;
  private final long start;
  private long told;
  private long done;
  private long total;

  private Progress(
      String task,
      String unit,
      long done,
      long total,
      @Nullable ProgressBar bar,
      Consumer<String> plain,
      Ticker ticker) {
    this.task = task;
    this.unit = unit;
    this.before = done;
    this.done = done;
    this.total = total;
    this.bar = bar;
    this.plain = plain;
    this.ticker = ticker;
    this.start = ticker.read();
    this.told = start;
  }

  /** Shows nothing. */
  public static Progress none() {
    return new Progress("", "", 0, 0, null, line -> {}, Ticker.systemTicker());
  }

  /**
   * Shows a bar if this program has a terminal, else plain lines.
   *
   * @param task a word for what is done
   * @param unit what is counted, in the plural
   * @param done how many of them are there already
   * @param total how many there will be
   */
  public static Progress of(String task, String unit, long done, long total) {
    if (!Ansi.AUTO.enabled()) {
      return plain(task, unit, done, total, LOG::info, Ticker.systemTicker());
    }
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setStyle(ProgressBarStyle.ASCII)
            .setInitialMax(total)
            .startsFrom(done, Duration.ZERO)
            .setUnit(" " + unit, 1)
            .setSpeedUnit(ChronoUnit.SECONDS)
            .showSpeed()
            .build();
    return new Progress(task, unit, done, total, bar, line -> {}, Ticker.systemTicker());
  }

  /** Shows plain lines, by a given clock. */
  static Progress plain(
      String task, String unit, long done, long total, Consumer<String> lines, Ticker ticker) {
    return new Progress(task, unit, done, total, null, lines, ticker);
  }

  /** One more is done. */
  public void step() {
    stepTo(done + 1);
  }

  /** So many are done. */
  public void stepTo(long count) {
    done = count;
    if (bar != null) {
      bar.stepTo(count);
      return;
    }
    long now = ticker.read();
    if (now - told >= INTERVAL) {
      told = now;
      double seconds = (now - start) / 1e9;
      plain.accept(
          String.format(
              Locale.ROOT,
              "%s: %d of %d %s, %.1f %%, %.2f a second",
              task,
              done,
              total,
              unit,
              100.0 * done / Math.max(1, total),
              (done - before) / seconds));
    }
  }

  /** There will be so many. */
  public void total(long count) {
    total = count;
    if (bar != null) {
      bar.maxHint(count);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
