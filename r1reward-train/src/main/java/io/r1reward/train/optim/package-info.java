/** Optimisers and learning-rate schedules, with PyTorch's arithmetic. */
@NullMarked
package io.r1reward.train.optim;

import org.jspecify.annotations.NullMarked;
