/**
 * Runs that survive: where a run's checkpoints lie, what stands in them beside the weights, and how
 * they are written so that a process killed at any moment leaves the last one whole.
 *
 * <p>Of this module it imports {@code data}, {@code optim}.
 */
@NullMarked
package io.r1reward.train.run;

import org.jspecify.annotations.NullMarked;
