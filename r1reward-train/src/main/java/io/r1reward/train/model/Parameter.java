package io.r1reward.train.model;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * A weight on its device.
 *
 * @param name classic name in the checkpoint, or the adapter's name
 * @param shape lengths of its dimensions; unmodifiable
 * @param compute what the forward pass uses; asks for gradients if trainable
 * @param master float32 value that the optimiser changes, on the device or in host memory; the same
 *     array where {@code compute} can be stepped itself, and where nothing is
 * @param trainable whether it is changed
 */
public record Parameter(
    String name, List<Long> shape, NDArray compute, NDArray master, boolean trainable) {

  /** Keeps a copy of the shape. */
  public Parameter {
    shape = List.copyOf(shape);
  }

  /** Returns its number of values. */
  public long elements() {
    return shape.stream().reduce(1L, (a, b) -> a * b);
  }
}
