/**
 * Programs that train: the demonstration judge from random weights, and the paper's ablation in
 * small.
 */
@NullMarked
package io.r1reward.examples.train;

import org.jspecify.annotations.NullMarked;
