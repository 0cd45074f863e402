package io.r1reward.examples.bench;

import com.google.common.math.Quantiles;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How long one thing took, measured several times. Not thread-safe. */
final class Timings {
  private static final double NANOS = 1e9;

  private final List<Double> seconds = new ArrayList<>();

  /** Adds one measurement, in nanoseconds. */
  void add(long nanos) {
    seconds.add(nanos / NANOS);
  }

  /** Returns the shortest, in seconds; there must be a measurement. */
  double min() {
    return Collections.min(seconds);
  }

  /** Returns the median, in seconds; of an even number the mean of the middle two. */
  double median() {
    return Quantiles.median().compute(seconds);
  }
}
