/** The program that measures what a cascade of two judges costs and gains: {@code cascade}. */
@NullMarked
package io.r1reward.examples.cascade;

import org.jspecify.annotations.NullMarked;
