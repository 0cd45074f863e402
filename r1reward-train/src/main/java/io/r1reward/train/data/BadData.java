package io.r1reward.train.data;

import io.r1reward.InvalidInputException;

/**
 * How much of a data set may be unusable: lines that hold no pair, pictures that are missing or
 * broken, prompts that are too long. Such samples are left out with a warning until there are too
 * many; a run that goes on may have another limit. Immutable.
 *
 * @param share most of the samples read so far that may be left out, in [0, 1]
 * @param least how many may be left out however few were read
 */
public record BadData(double share, long least) {
  /** Leaves out 1 % of the samples read so far, or 10 where that is less. */
  public static final BadData SKIP = new BadData(0.01, 10);

  /** Ends the run at the first one. */
  public static final BadData STRICT = new BadData(0, 0);

  /** Checks the ranges. */
  public BadData {
    if (!(share >= 0 && share <= 1)) {
      throw new InvalidInputException("share of bad samples must be in [0, 1], got " + share);
    }
    if (least < 0) {
      throw new InvalidInputException("number of bad samples must be at least 0, got " + least);
    }
  }

  /** Returns how many samples may be left out of so many. */
  public long allowed(long read) {
    return Math.max(least, (long) (share * read));
  }
}
