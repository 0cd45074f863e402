package io.r1reward.core.checkpoint;

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
}
