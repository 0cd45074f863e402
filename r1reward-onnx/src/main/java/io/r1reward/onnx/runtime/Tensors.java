package io.r1reward.onnx.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.r1reward.core.safetensors.HalfFloats;
import io.r1reward.onnx.graph.ElementType;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.HashMap;
import java.util.Map;

/** The inputs of one run, closed together. Not thread-safe. */
final class Tensors implements AutoCloseable {
  private final OrtEnvironment environment;
  private final Map<String, OnnxTensor> owned = new HashMap<>();
  private final Map<String, OnnxTensor> all = new HashMap<>();

  Tensors(OrtEnvironment environment) {
    this.environment = environment;
  }

  /** Returns the format of ONNX Runtime's Java side. */
  static OnnxJavaType javaType(ElementType type) {
    return switch (type) {
      case FLOAT32 -> OnnxJavaType.FLOAT;
      case FLOAT16 -> OnnxJavaType.FLOAT16;
      case BFLOAT16 -> OnnxJavaType.BFLOAT16;
      case UINT8 -> OnnxJavaType.UINT8;
      case INT32 -> OnnxJavaType.INT32;
      case INT64 -> OnnxJavaType.INT64;
    };
  }

  /** Adds floats, rounded to {@code type}. */
  void floats(String name, ElementType type, float[] values, long... shape) throws OrtException {
    if (type == ElementType.FLOAT32) {
      own(name, OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape));
      return;
    }
    short[] halves = new short[values.length];
    for (int i = 0; i < values.length; i++) {
      halves[i] =
          type == ElementType.BFLOAT16
              ? HalfFloats.toBFloat16(values[i])
              : HalfFloats.toFloat16(values[i]);
    }
    own(
        name,
        OnnxTensor.createTensor(environment, ShortBuffer.wrap(halves), shape, javaType(type)));
  }

  /** Adds 32-bit integers. */
  void integers(String name, int[] values, long... shape) throws OrtException {
    own(name, OnnxTensor.createTensor(environment, IntBuffer.wrap(values), shape));
  }

  /** Adds 64-bit integers. */
  void longs(String name, long[] values, long... shape) throws OrtException {
    own(name, OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape));
  }

  /** Adds a tensor that belongs to somebody else. */
  void borrow(String name, OnnxTensor tensor) {
    all.put(name, tensor);
  }

  /** Returns all inputs by name. */
  Map<String, OnnxTensor> all() {
    return all;
  }

  private void own(String name, OnnxTensor tensor) {
    owned.put(name, tensor);
    all.put(name, tensor);
  }

  @Override
  public void close() {
    owned.values().forEach(OnnxTensor::close);
  }
}
