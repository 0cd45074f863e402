package io.r1reward.train.loss;

import io.r1reward.InvalidInputException;
import java.io.Serializable;

/**
 * Pre-CLIP of StableReinforce (arXiv 2505.02835, §3.1): clamps the log-ratio before it is
 * exponentiated, so that a ratio can neither overflow nor carry a gradient from beyond the bounds.
 *
 * @param logLow smallest log-ratio
 * @param logHigh largest log-ratio
 */
public record PreClip(double logLow, double logHigh) implements Serializable {

  /** The published bounds, ratio in [1e-3, 1e3]. */
  public static final PreClip DEFAULT = ratio(1e-3, 1e3);

  /** No clamping. */
  public static final PreClip NONE =
      new PreClip(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  /** Checks the order. */
  public PreClip {
    if (!(logLow <= logHigh)) {
      throw new InvalidInputException(
          "Pre-CLIP bounds must be ordered, got log-ratios [" + logLow + ", " + logHigh + "]");
    }
  }

  /**
   * Bounds given as ratios.
   *
   * @param low δ_min, positive
   * @param high δ_max, at least {@code low}
   * @throws InvalidInputException if they are not positive and ordered
   */
  public static PreClip ratio(double low, double high) {
    if (!(low > 0)) {
      throw new InvalidInputException("Pre-CLIP ratio must be positive, got " + low);
    }
    return new PreClip(Math.log(low), Math.log(high));
  }

  /** Returns the log-ratio within the bounds; NaN stays NaN. */
  public double clamp(double logRatio) {
    return Math.min(logHigh, Math.max(logLow, logRatio));
  }

  /** Says whether a log-ratio is left as it is, bounds included; only then a gradient flows. */
  public boolean passes(double logRatio) {
    return logRatio >= logLow && logRatio <= logHigh;
  }
}
