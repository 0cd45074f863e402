/**
 * Judges that give each response a number and write nothing: value heads, losses on their numbers,
 * and the loop that trains head and network together.
 *
 * <p>Of this module it imports {@code data}, {@code encode}, {@code loop}, {@code metrics}, {@code
 * model}, {@code optim}, {@code parallel}, {@code run}.
 */
@NullMarked
package io.r1reward.train.scalar;

import org.jspecify.annotations.NullMarked;
