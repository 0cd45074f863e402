package io.r1reward.core.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A tensor that can be written to a file: what it is, and its bytes on demand, so that neither the
 * heap nor one buffer ever has to hold all of it.
 */
public interface TensorData {

  /** Returns what the tensor is. */
  TensorInfo info();

  /**
   * Fills a buffer with the tensor's bytes (row-major, little-endian) from an offset on.
   *
   * @param offset first byte, a multiple of 8
   * @param destination filled from its position to its limit, which never reaches behind the
   *     tensor's end; its byte order is little-endian
   */
  void read(long offset, ByteBuffer destination) throws IOException;

  /**
   * Makes a tensor of an array, which is not copied, in F32, or rounded to F16 or BF16.
   *
   * @param info what the tensor is
   * @param values as many as the shape says, row-major
   * @throws IllegalArgumentException if the number of values or the format does not fit
   */
  static TensorData of(TensorInfo info, float[] values) {
    return new FloatTensor(info, values);
  }

  /**
   * Makes a tensor of a buffer's bytes, row-major and little-endian, which are not copied.
   *
   * @throws IllegalArgumentException if the number of bytes does not fit
   */
  static TensorData of(TensorInfo info, ByteBuffer bytes) {
    return new BytesTensor(info, bytes);
  }
}
