package io.r1reward.onnx.runtime;

import com.sun.jna.Memory;
import io.r1reward.EngineException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A zeroed piece of native memory with an owner. Unlike direct buffers it does not count against
 * the heap's limit, and is given back when it is closed. Not thread-safe.
 */
final class NativeMemory implements AutoCloseable {
  private final Memory memory;
  private final ByteBuffer bytes;

  /**
   * Allocates.
   *
   * @throws EngineException if more bytes are wanted than a buffer can have, or there are
   */
  NativeMemory(long size) {
    if (size < 1 || size > Integer.MAX_VALUE) {
      throw new EngineException(
          String.format("a buffer of %,d bytes is wanted, at most %,d", size, Integer.MAX_VALUE));
    }
    try {
      memory = new Memory(size);
    } catch (OutOfMemoryError e) {
      throw new EngineException(String.format("no %,d bytes of native memory left", size), e);
    }
    memory.clear();
    bytes = memory.getByteBuffer(0, size).order(ByteOrder.nativeOrder());
  }

  /** Returns all bytes; not to be used after closing. */
  ByteBuffer bytes() {
    return bytes;
  }

  @Override
  public void close() {
    memory.close();
  }
}
