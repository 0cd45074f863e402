package io.r1reward.train.model;

/** The loss, seen from the model: log-probabilities in, their gradient out. */
@FunctionalInterface
public interface TokenGradient {

  /**
   * Returns the derivative of the loss by each log-probability, in the same shape.
   *
   * @param logProbabilities of the targets of each row, {@code [row][target]}
   */
  double[][] of(double[][] logProbabilities);
}
