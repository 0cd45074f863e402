/** The long-CoT cold start (arXiv 2505.02835, §4.1): supervised fine-tuning on whole judgements. */
@NullMarked
package io.r1reward.train.sft;

import org.jspecify.annotations.NullMarked;
