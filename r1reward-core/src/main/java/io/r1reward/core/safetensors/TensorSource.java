package io.r1reward.core.safetensors;

import com.google.common.primitives.ImmutableLongArray;
import io.r1reward.CheckpointException;
import java.util.Arrays;
import java.util.Map;

/** Tensors by name: one safetensors file, or a whole checkpoint. Thread-safe. */
public interface TensorSource {

  /** Returns all tensors by name, in the order of the files; unmodifiable. */
  Map<String, MappedTensor> tensors();

  /** Returns the file or folder, for messages. */
  String description();

  /**
   * Returns a tensor.
   *
   * @throws CheckpointException if there is none of that name
   */
  default MappedTensor require(String name) {
    MappedTensor tensor = tensors().get(name);
    if (tensor == null) {
      throw new CheckpointException(
          String.format(
              "%s: tensor %s is missing (%d tensors are there)",
              description(), name, tensors().size()));
    }
    return tensor;
  }

  /**
   * Returns a tensor of a known shape.
   *
   * @throws CheckpointException if there is none of that name, or if its shape is another
   */
  default MappedTensor require(String name, long... shape) {
    MappedTensor tensor = require(name);
    if (!tensor.shape().equals(ImmutableLongArray.copyOf(shape))) {
      throw new CheckpointException(
          String.format(
              "%s: tensor %s has shape %s, expected %s",
              description(), name, tensor.shape(), Arrays.toString(shape)));
    }
    return tensor;
  }
}
