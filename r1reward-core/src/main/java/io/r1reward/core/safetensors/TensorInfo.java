package io.r1reward.core.safetensors;

import com.google.common.primitives.ImmutableLongArray;
import io.r1reward.CheckpointException;

/**
 * What a tensor is, without its values.
 *
 * @param name name in the checkpoint, such as {@code model.norm.weight}
 * @param dtype number format
 * @param shape lengths of the dimensions, outermost first; empty for a scalar
 */
public record TensorInfo(String name, DType dtype, ImmutableLongArray shape) {

  /** Checks that no length is negative and that the size in bytes fits a long. */
  public TensorInfo {
    long bytes = dtype.bytes();
    for (int i = 0; i < shape.length(); i++) {
      long length = shape.get(i);
      if (length < 0) {
        throw new CheckpointException(
            "tensor " + name + ": dimension " + i + " of shape " + shape + " is negative");
      }
      try {
        bytes = Math.multiplyExact(bytes, length);
      } catch (ArithmeticException e) {
        throw new CheckpointException(
            "tensor " + name + ": size of " + dtype + " " + shape + " overflows 64 bits", e);
      }
    }
  }

  /** Makes the description of a tensor. */
  public static TensorInfo of(String name, DType dtype, long... shape) {
    return new TensorInfo(name, dtype, ImmutableLongArray.copyOf(shape));
  }

  /** Returns the number of elements: the product of the dimensions, 1 for a scalar. */
  public long elements() {
    return shape.stream().reduce(1, (a, b) -> a * b);
  }

  /** Returns the size of all elements. */
  public long bytes() {
    return elements() * dtype.bytes();
  }

  /** Reads for a message: {@code model.norm.weight BF16 [3584]}. */
  @Override
  public String toString() {
    return name + " " + dtype + " " + shape;
  }
}
