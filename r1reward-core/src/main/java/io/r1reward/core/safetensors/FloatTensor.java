package io.r1reward.core.safetensors;

import com.google.common.base.Preconditions;
import java.nio.ByteBuffer;

/** Values of an array, converted while they are written. Thread-safe. */
final class FloatTensor implements TensorData {
  private final TensorInfo info;
  private final float[] values;

  FloatTensor(TensorInfo info, float[] values) {
    Preconditions.checkArgument(
        info.elements() == values.length, "tensor %s: got %s values", info, values.length);
    Preconditions.checkArgument(
        info.dtype().isWeight(), "tensor %s: floats make F32, F16 or BF16 only", info);
    this.info = info;
    this.values = values;
  }

  @Override
  public TensorInfo info() {
    return info;
  }

  @Override
  public void read(long offset, ByteBuffer destination) {
    int size = info.dtype().bytes();
    int begin = (int) (offset / size);
    int count = destination.remaining() / size;
    for (int i = begin; i < begin + count; i++) {
      switch (info.dtype()) {
        case F32 -> destination.putFloat(values[i]);
        case BF16 -> destination.putShort(HalfFloats.toBFloat16(values[i]));
        default -> destination.putShort(HalfFloats.toFloat16(values[i]));
      }
    }
  }
}
