package io.r1reward.train.reward;

import com.google.common.collect.ImmutableMap;

/**
 * A reward and the parts it was made of. Immutable.
 *
 * @param total the reward
 * @param parts unweighted values by name: {@code result}, {@code format}, {@code consistency} and
 *     the names of added functions; consistency only where it was asked for
 */
public record RewardBreakdown(double total, ImmutableMap<String, Double> parts) {}
