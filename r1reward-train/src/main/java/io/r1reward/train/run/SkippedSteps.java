package io.r1reward.train.run;

import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts optimiser steps that were skipped because loss or gradient was not finite, and ends the
 * run when there are too many in a row. Not thread-safe.
 */
public final class SkippedSteps {
  private static final Logger logger = LoggerFactory.getLogger(SkippedSteps.class);

  private final int maxInARow;
  private long total;
  private int inARow;

  /** Starts a count, at {@code total} where a run goes on. */
  public SkippedSteps(int maxInARow, long total) {
    this.maxInARow = maxInARow;
    this.total = total;
  }

  /**
   * Counts a step.
   *
   * @param skipped whether it was skipped
   * @param step its number
   * @param lastGood newest checkpoint
   * @throws TrainingException if too many in a row were skipped
   */
  public void count(boolean skipped, long step, Optional<Path> lastGood) {
    if (!skipped) {
      inARow = 0;
      return;
    }
    total++;
    inARow++;
    logger.warn("step {} skipped: its loss or gradient is not finite ({} so far)", step, total);
    if (inARow > maxInARow) {
      throw new TrainingException(
          inARow
              + " steps in a row up to step "
              + step
              + " had a non-finite loss or gradient, at most "
              + maxInARow
              + " are allowed; last good checkpoint: "
              + lastGood.map(Path::toString).orElse("none"));
    }
  }

  /** Returns how many were skipped. */
  public long total() {
    return total;
  }
}
