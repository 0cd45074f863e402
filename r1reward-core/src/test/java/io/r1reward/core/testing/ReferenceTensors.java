package io.r1reward.core.testing;

import io.r1reward.core.safetensors.MappedTensor;
import io.r1reward.core.safetensors.TensorSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Tensors of one reference file as arrays. Every array is new. Thread-safe. */
public final class ReferenceTensors {
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final Map<String, long[]> shapes = new LinkedHashMap<>();

  ReferenceTensors(TensorSource file) {
    for (MappedTensor tensor : file.tensors().values()) {
      values.put(tensor.name(), tensor.dtype().isWeight() ? tensor.toFloats() : tensor.toLongs());
      shapes.put(tensor.name(), tensor.shape().toArray());
    }
  }

  /** Returns the names. */
  public Set<String> names() {
    return values.keySet();
  }

  /** Returns whether there is such a tensor. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** Returns the shape. */
  public long[] shape(String name) {
    return known(shapes.get(name), name).clone();
  }

  /** Returns the values of an F32, F16 or BF16 tensor, row-major. */
  public float[] floats(String name) {
    return ((float[]) known(values.get(name), name)).clone();
  }

  /** Returns the values of an integer tensor, row-major. */
  public long[] longs(String name) {
    return ((long[]) known(values.get(name), name)).clone();
  }

  /** Returns the values of an integer tensor, row-major. */
  public int[] ints(String name) {
    long[] longs = longs(name);
    int[] ints = new int[longs.length];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = Math.toIntExact(longs[i]);
    }
    return ints;
  }

  private <T> T known(T value, String name) {
    if (value == null) {
      throw new IllegalArgumentException("no tensor " + name + " in " + values.keySet());
    }
    return value;
  }
}
