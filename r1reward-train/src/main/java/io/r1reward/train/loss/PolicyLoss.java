package io.r1reward.train.loss;

import java.io.Serializable;

/**
 * A policy loss. Implementations are stateless and thread-safe; on a cluster they go to the
 * executors.
 *
 * @see ClippedSurrogate
 * @see SequenceSurrogate
 * @see ClippedWeight
 * @see SoftGate
 */
@FunctionalInterface
public interface PolicyLoss extends Serializable {

  /**
   * Returns the loss of some rollouts and its gradient.
   *
   * <p>Weights already hold the aggregation over the whole optimiser step, so that the losses of
   * its micro-batches add up; a token of weight 0 must not contribute, whatever its values are.
   */
  PolicyLossResult evaluate(PolicyLossBatch batch);

  /**
   * Says whether {@link #evaluate} reads the log-probabilities of the reference policy. Where it
   * does not, they are not computed, and {@link PolicyLossBatch#referenceLogProbabilities} holds
   * those of the policy that was sampled from. True by default, so a lambda always gets the real
   * ones; a loss that does without them overrides this and saves a forward pass, and the memory of
   * the reference where whole weights are trained.
   */
  default boolean needsReference() {
    return true;
  }
}
