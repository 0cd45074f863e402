/** The program that prepares pairs to learn from: {@code data}. */
@NullMarked
package io.r1reward.examples.data;

import org.jspecify.annotations.NullMarked;
