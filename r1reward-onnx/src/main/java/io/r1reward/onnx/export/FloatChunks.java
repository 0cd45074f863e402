package io.r1reward.onnx.export;

import io.r1reward.core.checkpoint.HalfFloats;
import io.r1reward.core.checkpoint.MappedTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads weights of any float format piece by piece, and turns them into another. Stateless. */
final class FloatChunks {

  private FloatChunks() {}

  /** Returns {@code count} values from {@code begin} on as floats. */
  static float[] read(MappedTensor tensor, long begin, int count) {
    int width = tensor.dtype().bytes();
    ByteBuffer bytes = ByteBuffer.allocate(count * width).order(ByteOrder.LITTLE_ENDIAN);
    tensor.read(begin * width, bytes);
    bytes.flip();
    float[] values = new float[count];
    switch (tensor.dtype()) {
      case F32 -> bytes.asFloatBuffer().get(values);
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          values[i] = HalfFloats.fromBFloat16(bytes.getShort(2 * i));
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          values[i] = HalfFloats.fromFloat16(bytes.getShort(2 * i));
        }
      }
      default -> throw new IllegalArgumentException(tensor + " is no float tensor");
    }
    return values;
  }

  /** Returns floats as the bytes of a float format, little-endian. */
  static ByteBuffer encode(float[] values, Precision precision) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * precision.bits() / 8).order(ByteOrder.LITTLE_ENDIAN);
    switch (precision) {
      case FLOAT32 -> bytes.asFloatBuffer().put(values);
      case FLOAT16 -> {
        for (int i = 0; i < values.length; i++) {
          bytes.putShort(2 * i, HalfFloats.toFloat16(values[i]));
        }
      }
      case BFLOAT16 -> {
        for (int i = 0; i < values.length; i++) {
          bytes.putShort(2 * i, HalfFloats.toBFloat16(values[i]));
        }
      }
      case INT8, INT4 -> throw new IllegalArgumentException(precision + " is no float format");
    }
    return bytes;
  }
}
