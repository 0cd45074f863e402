/** The program that measures a judge on a benchmark: {@code evaluate}. */
@NullMarked
package io.r1reward.examples.evaluate;

import org.jspecify.annotations.NullMarked;
