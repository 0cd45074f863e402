package io.r1reward.train.advantage;

/** Count, sum and spread of the rewards of one prompt; Welford's recurrence. Not thread-safe. */
final class GroupStatistics {
  int count;
  double sum;
  private double mean;
  private double squares;

  void add(double value) {
    count++;
    sum += value;
    double delta = value - mean;
    mean += delta / count;
    squares += delta * (value - mean);
  }

  double mean() {
    return sum / count;
  }

  /** Sample standard deviation, 0 for a single value. */
  double deviation() {
    return count < 2 ? 0 : Math.sqrt(squares / (count - 1));
  }

  /** Says whether all values are equal but for rounding; a single value is. */
  boolean isFlat() {
    return count < 2 || Spread.isNone(mean, deviation());
  }
}
