package io.r1reward.train.reward;

/**
 * What each {@link Consistency} is worth.
 *
 * @param consistent R_consistency of a consistent judgement
 * @param inconsistent of an inconsistent one
 * @param undecided where it could not be told
 */
public record ConsistencyScale(double consistent, double inconsistent, double undecided) {

  /** The paper's: 1, 0, 0. */
  public static final ConsistencyScale PAPER = new ConsistencyScale(1, 0, 0);

  /** The released code's: +1, −1, 0. */
  public static final ConsistencyScale RELEASED = new ConsistencyScale(1, -1, 0);

  /** Returns R_consistency. */
  public double value(Consistency consistency) {
    return switch (consistency) {
      case CONSISTENT -> consistent;
      case INCONSISTENT -> inconsistent;
      case UNDECIDED -> undecided;
    };
  }
}
