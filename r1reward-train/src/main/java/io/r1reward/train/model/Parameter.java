package io.r1reward.train.model;

import ai.djl.ndarray.NDArray;
import com.google.common.primitives.ImmutableLongArray;

/**
 * A weight on its device.
 *
 * @param name classic name in the checkpoint, or the adapter's name
 * @param shape lengths of its dimensions
 * @param compute what the forward pass uses; asks for gradients if trainable
 * @param master float32 value that the optimiser changes, on the device or in host memory; the same
 *     array where {@code compute} can be stepped itself, and where nothing is
 * @param trainable whether it is changed
 */
public record Parameter(
    String name, ImmutableLongArray shape, NDArray compute, NDArray master, boolean trainable) {

  /** Returns its number of values. */
  public long elements() {
    return shape.stream().reduce(1, (a, b) -> a * b);
  }
}
