/**
 * Training of judges: data, rollouts, rewards, advantages, losses, optimiser, the SFT cold start
 * and the StableReinforce trainer (arXiv 2505.02835, section 3). Imports {@code io.r1reward} and
 * {@code io.r1reward.core}; nothing imports it but the examples.
 */
@org.jspecify.annotations.NullMarked
package io.r1reward.train;
