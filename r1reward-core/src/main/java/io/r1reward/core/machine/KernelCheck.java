package io.r1reward.core.machine;

import java.time.Duration;
import java.util.Locale;

/**
 * What came out when a fast kernel was held against plain arithmetic on this machine. Immutable.
 *
 * @param kernel what was tried, such as {@code packed linear, bfloat16}
 * @param sizes the shapes it was tried on
 * @param largest largest difference; NaN where the kernel does not run at all
 * @param allowed largest difference that rounding explains; 0 where the bits must be equal
 * @param time how long kernel and plain arithmetic took together
 * @param replaceable whether the library does without it where it does not hold
 * @param consequence what the library then does
 */
public record KernelCheck(
    String kernel,
    String sizes,
    double largest,
    double allowed,
    Duration time,
    boolean replaceable,
    String consequence) {

  /** Says whether the kernel computes what it should. */
  public boolean holds() {
    return largest <= allowed; // false for NaN
  }

  /** One line for logs. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s, %s: largest difference %.3g, allowed %.3g (%.1f ms)%s",
        kernel,
        sizes,
        largest,
        allowed,
        time.toNanos() / 1e6,
        holds() ? "" : "; " + consequence);
  }
}
