package io.r1reward.train.advantage;

/**
 * Advantages of a rollout batch.
 *
 * @param advantages {@code [rollout][token]}; 0 at masked positions (except in the released-code
 *     variant, which computes them too)
 * @param returns the returns they were made from, same shape
 * @param filteredShare share of the action tokens that the filter set to 0, in [0, 1]
 */
@SuppressWarnings("ArrayRecordComponent")
public record AdvantageEstimate(double[][] advantages, double[][] returns, double filteredShare) {}
