package io.r1reward.train.loss;

import io.r1reward.InvalidInputException;

/**
 * Rollouts a policy loss is computed on; ragged arrays, {@code [rollout][token]}, read only.
 *
 * @param logProbabilities log π_θ of the chosen tokens, from the training forward
 * @param oldLogProbabilities log π_old of the policy that was sampled from
 * @param referenceLogProbabilities log π_ref; pass {@code logProbabilities} where no KL is wanted
 * @param advantages Â
 * @param weights factor of each token's loss (see {@link LossAggregation}); 0 where masked
 */
@SuppressWarnings("ArrayRecordComponent")
public record PolicyLossBatch(
    double[][] logProbabilities,
    double[][] oldLogProbabilities,
    double[][] referenceLogProbabilities,
    double[][] advantages,
    double[][] weights) {

  /** Checks that all shapes agree. */
  public PolicyLossBatch {
    requireShape("old log-probabilities", oldLogProbabilities, logProbabilities);
    requireShape("reference log-probabilities", referenceLogProbabilities, logProbabilities);
    requireShape("advantages", advantages, logProbabilities);
    requireShape("weights", weights, logProbabilities);
  }

  /** A batch without a reference model. */
  public static PolicyLossBatch of(
      double[][] logProbabilities,
      double[][] oldLogProbabilities,
      double[][] advantages,
      double[][] weights) {
    return new PolicyLossBatch(
        logProbabilities, oldLogProbabilities, logProbabilities, advantages, weights);
  }

  private static void requireShape(String name, double[][] values, double[][] like) {
    if (values.length != like.length) {
      throw new InvalidInputException(
          name + " has " + values.length + " rows, log-probabilities have " + like.length);
    }
    for (int i = 0; i < values.length; i++) {
      if (values[i].length != like[i].length) {
        throw new InvalidInputException(
            "row "
                + i
                + " of "
                + name
                + " has "
                + values[i].length
                + " tokens, log-probabilities have "
                + like[i].length);
      }
    }
  }
}
