package io.r1reward.core.torch;

import com.google.common.base.Stopwatch;
import com.google.common.base.Ticker;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells how far the opening of a large model has come: a line of the log every five seconds. */
final class OpeningLog {
  static final Duration EVERY = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(OpeningLog.class);

  private final Stopwatch watch;
  private final String layout;
  private final int parts;
  private final Consumer<String> lines;
  private Duration next = EVERY;
  private int done;

  /**
   * Begins.
   *
   * @param layout how weights are kept, for the line
   * @param parts how many layers and blocks there are
   */
  OpeningLog(String layout, int parts) {
    this(layout, parts, Ticker.systemTicker(), log::info);
  }

  OpeningLog(String layout, int parts, Ticker ticker, Consumer<String> lines) {
    this.watch = Stopwatch.createStarted(ticker);
    this.layout = layout;
    this.parts = parts;
    this.lines = lines;
  }

  /** One more part is there. */
  void step() {
    done++;
    Duration elapsed = watch.elapsed();
    if (elapsed.compareTo(next) >= 0) {
      next = elapsed.plus(EVERY);
      lines.accept(line(elapsed));
    }
  }

  /** All parts are there: says how long it took, where a line has been written before. */
  void end() {
    Duration elapsed = watch.elapsed();
    if (elapsed.compareTo(EVERY) >= 0) {
      lines.accept("weights are open (%s) after %s s".formatted(layout, seconds(elapsed)));
    }
  }

  private String line(Duration elapsed) {
    Duration left = elapsed.multipliedBy(parts - done).dividedBy(done);
    return "opening weights (%s): %d of %d layers and blocks, %s s, about %s s left"
        .formatted(layout, done, parts, seconds(elapsed), seconds(left));
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.0f", duration.toMillis() / 1e3);
  }
}
