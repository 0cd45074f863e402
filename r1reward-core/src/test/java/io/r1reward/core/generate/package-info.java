/** Tests of sampling and batching, and the fake engine they run on. */
@NullMarked
package io.r1reward.core.generate;

import org.jspecify.annotations.NullMarked;
