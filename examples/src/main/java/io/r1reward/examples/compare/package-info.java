/** Several engines or exports of one checkpoint on the same pairs: how far they agree. */
@NullMarked
package io.r1reward.examples.compare;

import org.jspecify.annotations.NullMarked;
