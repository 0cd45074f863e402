/** Tests of the reward model over a scripted generator and over a fake engine. */
@NullMarked
package io.r1reward.core.judge;

import org.jspecify.annotations.NullMarked;
