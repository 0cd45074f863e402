/**
 * The long-CoT cold start (arXiv 2505.02835, §4.1): supervised fine-tuning on whole judgements. *
 *
 * <p>Of this module it imports {@code data}, {@code encode}, {@code loop}, {@code metrics}, {@code
 * model}, {@code optim}, {@code parallel}, {@code policy}, {@code run}.
 */
@NullMarked
package io.r1reward.train.sft;

import org.jspecify.annotations.NullMarked;
