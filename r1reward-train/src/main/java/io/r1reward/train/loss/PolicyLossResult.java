package io.r1reward.train.loss;

import java.io.Serializable;

/**
 * A policy loss, its gradient and what to log about it.
 *
 * @param loss the weighted sum of token losses
 * @param gradient d loss / d log π_θ, {@code [rollout][token]}, weights included; what a loss holds
 *     constant has no derivative
 * @param statistics sums over the tokens with a weight
 */
@SuppressWarnings("ArrayRecordComponent")
public record PolicyLossResult(double loss, double[][] gradient, LossStatistics statistics)
    implements Serializable {

  /** Says whether the loss and every entry of the gradient are finite. */
  public boolean isFinite() {
    if (!Double.isFinite(loss)) {
      return false;
    }
    for (double[] row : gradient) {
      for (double value : row) {
        if (!Double.isFinite(value)) {
          return false;
        }
      }
    }
    return true;
  }
}
