/**
 * Seven small programs to copy from, each a class with a {@code main} on the public API. They take
 * the folder of a checkpoint, and the demonstration judge in the jar where none is named.
 */
@NullMarked
package io.r1reward.examples.start;

import org.jspecify.annotations.NullMarked;
