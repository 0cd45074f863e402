package io.r1reward.train.data;

import io.r1reward.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the samples that a run has left out, each time it meets them, and ends the run when there
 * are too many. Not thread-safe.
 */
public final class SkippedSamples {
  private static final Logger logger = LoggerFactory.getLogger(SkippedSamples.class);
  private static final int SHOWN = 3;

  private final BadData limit;
  private final List<String> reasons = new ArrayList<>();
  private long total;

  /** Starts a count, at {@code total} where a run goes on. */
  public SkippedSamples(BadData limit, long total) {
    this.limit = limit;
    this.total = total;
  }

  /**
   * Counts a sample.
   *
   * @param problem names its place and what is wrong
   * @param read samples read before it, those of them that were left out included
   * @throws InvalidInputException if too many were left out, naming the first that this process met
   */
  void count(InvalidInputException problem, long read) {
    total++;
    if (reasons.size() < SHOWN) {
      reasons.add(String.valueOf(problem.getMessage()));
    }
    long allowed = limit.allowed(read + 1);
    if (allowed == 0) {
      throw problem;
    }
    if (total > allowed) {
      throw new InvalidInputException(
          "%d samples up to the data's sample %d cannot be used, at most %d may be left out by then (badData); such as: %s"
              .formatted(total, read + 1, allowed, String.join("; ", reasons)),
          problem);
    }
    logger.warn("sample left out ({} so far): {}", total, problem.getMessage());
  }

  /** Returns how many were left out. */
  public long total() {
    return total;
  }

  /** Says in one line of the log how many were left out, where there were any. */
  public void tell() {
    if (total > 0) {
      logger.warn("{} samples were left out in all; of this process: {}", total, reasons);
    }
  }
}
