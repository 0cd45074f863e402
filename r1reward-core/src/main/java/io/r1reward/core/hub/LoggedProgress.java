package io.r1reward.core.hub;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a line to the log at most every five seconds. Not thread-safe. */
final class LoggedProgress implements HubListener {
  private static final Logger LOG = LoggerFactory.getLogger(LoggedProgress.class);
  private static final long INTERVAL = Duration.ofSeconds(5).toNanos();

  private final Consumer<String> lines;
  private final LongSupplier nanos;
  private boolean started;
  private long start;
  private long before;
  private long told;

  LoggedProgress() {
    this(LOG::info, System::nanoTime);
  }

  /** By a given clock. */
  LoggedProgress(Consumer<String> lines, LongSupplier nanos) {
    this.lines = lines;
    this.nanos = nanos;
  }

  @Override
  public void progress(String file, long done, long total) {
    long now = nanos.getAsLong();
    if (!started) {
      started = true;
      start = now;
      told = now;
      before = done;
      return;
    }
    if (now - told < INTERVAL) {
      return;
    }
    told = now;
    lines.accept(
        String.format(
            Locale.ROOT,
            "%s: %.1f of %.1f MB, %.1f MB/s",
            file,
            done / 1e6,
            total / 1e6,
            (done - before) / 1e6 / ((now - start) / 1e9)));
  }
}
