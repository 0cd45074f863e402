package io.r1reward.train.model;

/** A loss on hidden states, seen from the model: hidden states in, their gradient out. */
@FunctionalInterface
public interface HiddenGradient {

  /**
   * Returns the derivative of the loss by each value, in the same shape.
   *
   * @param hidden what stands behind the final norm at the last token of each row, {@code
   *     [row][hidden size]}
   */
  float[][] of(float[][] hidden);
}
