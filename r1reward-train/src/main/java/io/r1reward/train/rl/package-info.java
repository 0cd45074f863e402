/**
 * Reinforcement learning on preference pairs: what an algorithm is made of, rollouts, and the
 * update of the policy. {@link io.r1reward.train.StableReinforce} puts them together.
 *
 * <p>Of this module it imports {@code advantage}, {@code data}, {@code encode}, {@code loop},
 * {@code loss}, {@code metrics}, {@code model}, {@code optim}, {@code parallel}, {@code policy},
 * {@code reward}, {@code run}.
 */
@NullMarked
package io.r1reward.train.rl;

import org.jspecify.annotations.NullMarked;
