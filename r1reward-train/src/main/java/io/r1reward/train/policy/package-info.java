/**
 * The policy as a judge: completions of a network that is being trained, for rollouts and for
 * measuring it on held-out pairs.
 *
 * <p>Of this module it imports {@code data}, {@code encode}, {@code metrics}, {@code model}, {@code
 * reward}.
 */
@NullMarked
package io.r1reward.train.policy;

import org.jspecify.annotations.NullMarked;
