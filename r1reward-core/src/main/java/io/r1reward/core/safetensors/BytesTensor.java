package io.r1reward.core.safetensors;

import com.google.common.base.Preconditions;
import java.nio.ByteBuffer;

/** Bytes of a buffer. Thread-safe. */
final class BytesTensor implements TensorData {
  private final TensorInfo info;
  private final ByteBuffer bytes;

  BytesTensor(TensorInfo info, ByteBuffer bytes) {
    Preconditions.checkArgument(
        info.bytes() == bytes.remaining(), "tensor %s: got %s bytes", info, bytes.remaining());
    this.info = info;
    this.bytes = bytes.slice();
  }

  @Override
  public TensorInfo info() {
    return info;
  }

  @Override
  public void read(long offset, ByteBuffer destination) {
    destination.put(bytes.slice((int) offset, destination.remaining()));
  }
}
