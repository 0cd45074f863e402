/**
 * From rewards to advantages: KL estimators and controllers, token rewards, returns, reward shaping
 * within groups, normalisation, the advantage filter, and dynamic sampling. Plain arrays, no
 * engine.
 *
 * <p>Arrays are ragged: {@code values[i][t]} belongs to token {@code t} of rollout {@code i}, and a
 * mask of the same shape says which of them the policy chose (the action tokens). Values at masked
 * positions are never read unless a method says so.
 *
 * <p>Imports no other room of this module.
 */
@NullMarked
package io.r1reward.train.advantage;

import org.jspecify.annotations.NullMarked;
