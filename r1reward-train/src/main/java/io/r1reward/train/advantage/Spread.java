package io.r1reward.train.advantage;

/** What counts as a spread of rewards, and what as the rounding of equal ones. */
final class Spread {
  /** Sums of a whole batch's rewards are rounded by far less than this share of their mean. */
  private static final double ROUNDING = 1e-6;

  private Spread() {}

  /** Says whether values with this mean and deviation are all equal; false where one is NaN. */
  static boolean isNone(double mean, double deviation) {
    return deviation <= ROUNDING * Math.abs(mean);
  }
}
