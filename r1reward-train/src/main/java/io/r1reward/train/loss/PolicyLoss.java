package io.r1reward.train.loss;

/**
 * A policy loss. Implementations are stateless and thread-safe.
 *
 * @see ClippedSurrogate
 */
@FunctionalInterface
public interface PolicyLoss {

  /**
   * Returns the loss of some rollouts and its gradient.
   *
   * <p>Weights already hold the aggregation over the whole optimiser step, so that the losses of
   * its micro-batches add up; a token of weight 0 must not contribute, whatever its values are.
   */
  PolicyLossResult evaluate(PolicyLossBatch batch);
}
