package io.r1reward.core.hub;

import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries again what broke, at most five times, after 1, 2, 4, 8 and 16 seconds, or where the server
 * asks for more, after that, at most a minute.
 *
 * @param pauses how to wait
 */
record Retries(Pauses pauses) {
  private static final Logger LOG = LoggerFactory.getLogger(Retries.class);
  static final int MOST = 5;
  private static final Duration LONGEST = Duration.ofMinutes(1);

  /** What may break. */
  @FunctionalInterface
  interface Attempt<T> {
    T run() throws IOException, InterruptedException;
  }

  <T> T run(String what, Attempt<T> attempt) throws IOException, InterruptedException {
    for (int failures = 0; ; failures++) {
      try {
        return attempt.run();
      } catch (BrokenTransferException e) {
        if (failures == MOST) {
          throw new HubException(
              what
                  + " could not be fetched in "
                  + (MOST + 1)
                  + " attempts; what is there is kept. The last: "
                  + e.getMessage(),
              e);
        }
        Duration own = Duration.ofSeconds(1L << failures);
        Duration asked = e.wanted().compareTo(LONGEST) < 0 ? e.wanted() : LONGEST;
        Duration pause = asked.compareTo(own) > 0 ? asked : own;
        LOG.warn("{}: {}; tried again in {} s", what, e.getMessage(), pause.toSeconds());
        pauses.pause(pause);
      }
    }
  }
}
