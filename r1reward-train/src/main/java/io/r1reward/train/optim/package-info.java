/**
 * Optimisers and learning-rate schedules, with PyTorch's arithmetic. *
 *
 * <p>Imports no other room of this module.
 */
@NullMarked
package io.r1reward.train.optim;

import org.jspecify.annotations.NullMarked;
