package io.r1reward.core.generate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes what has to be closed whatever happens; a failure to do so is logged. */
final class Quietly {
  private static final Logger LOG = LoggerFactory.getLogger(Quietly.class);

  private Quietly() {}

  @SuppressWarnings("CatchAndPrintStackTrace")
  static void close(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception | Error e) {
      LOG.warn("closing {} failed", resource.getClass().getName(), e);
    }
  }
}
