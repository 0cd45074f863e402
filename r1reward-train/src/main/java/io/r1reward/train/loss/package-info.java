/**
 * Policy losses as formulas on log-probabilities: a loss returns its value and its derivative by
 * the log-probability of every chosen token, and that derivative is what flows back into the model.
 * So a loss needs no automatic differentiation, runs in double precision, and is one method.
 *
 * <p>Of this module it imports {@code advantage}.
 */
@NullMarked
package io.r1reward.train.loss;

import org.jspecify.annotations.NullMarked;
