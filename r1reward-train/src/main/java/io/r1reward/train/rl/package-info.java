/**
 * Reinforcement learning on preference pairs: what an algorithm is made of, rollouts, and the
 * update of the policy. {@link io.r1reward.train.StableReinforce} puts them together.
 */
@NullMarked
package io.r1reward.train.rl;

import org.jspecify.annotations.NullMarked;
