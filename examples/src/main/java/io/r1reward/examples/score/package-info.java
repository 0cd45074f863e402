/**
 * Batch scoring of a JSON lines file.
 *
 * <p>One line's way: {@link io.r1reward.examples.score.InputReader} → {@link
 * io.r1reward.RewardModel} → {@link io.r1reward.examples.score.OutputFile}, in the order of the
 * input, with {@link io.r1reward.examples.score.ScoreRun} in the middle.
 */
@NullMarked
package io.r1reward.examples.score;

import org.jspecify.annotations.NullMarked;
