package io.r1reward.onnx.export;

import io.r1reward.CheckpointException;
import io.r1reward.core.safetensors.HalfFloats;
import io.r1reward.core.safetensors.MappedTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Reads weights of any float format piece by piece, and turns them into another. Stateless. */
final class FloatChunks {

  private FloatChunks() {}

  /** Returns {@code count} values from {@code begin} on as floats. */
  static float[] read(MappedTensor tensor, long begin, int count) {
    int width = tensor.dtype().bytes();
    ByteBuffer bytes = bytes(tensor, begin * width, count * width);
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

  /** Reads from the file itself: pages of the mapped one would stay in memory. */
  private static ByteBuffer bytes(MappedTensor tensor, long begin, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    Path file = tensor.file().path();
    try (FileChannel channel = FileChannel.open(file)) {
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, tensor.position() + begin + bytes.position()) < 0) {
          throw new CheckpointException(file + " became shorter while it was read");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.flip();
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
