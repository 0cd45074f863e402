package io.r1reward.train.scalar;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.safetensors.SafetensorsFile;
import io.r1reward.core.safetensors.SafetensorsWriter;
import io.r1reward.core.safetensors.TensorData;
import io.r1reward.core.safetensors.TensorInfo;
import io.r1reward.core.torch.jni.Torch;
import io.r1reward.train.optim.AdamW;
import io.r1reward.train.optim.AdamWSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps a value head in host memory, clipped by the norm of its own gradient. Not thread-safe.
 * Holds native memory until {@link #close}.
 */
public final class ValueHeadOptimiser implements AutoCloseable {
  private static final String FIRST = "first_moment.";
  private static final String SECOND = "second_moment.";
  private static final String STEPS = "steps";

  private final ValueHeadNetwork head;
  private final NDManager manager;
  private final List<NDArray> weights = new ArrayList<>();
  private final AdamW adam;

  /**
   * An optimiser at its first step.
   *
   * @param owner that outlives this one
   * @param head changed in place
   */
  public ValueHeadOptimiser(NDManager owner, ValueHeadNetwork head, AdamWSettings settings) {
    this.head = head;
    this.manager = owner.newSubManager(ai.djl.Device.cpu());
    List<Boolean> decayed = new ArrayList<>();
    for (int i = 0; i < head.values().size(); i++) {
      long[] shape = head.shapes().get(i);
      weights.add(manager.create(head.values().get(i), new Shape(shape)));
      decayed.add(shape.length > 1);
    }
    this.adam = new AdamW(manager, weights, decayed, settings);
  }

  /**
   * Makes a step; nothing changes where a gradient is not finite.
   *
   * @param gradients as {@link ValueHeadNetwork#zeros} makes them
   */
  public AdamW.Step step(List<double[]> gradients, double learningRate) {
    try (NDManager scope = manager.newSubManager()) {
      List<NDArray> arrays = new ArrayList<>();
      for (int i = 0; i < gradients.size(); i++) {
        double[] gradient = gradients.get(i);
        float[] plain = new float[gradient.length];
        for (int k = 0; k < plain.length; k++) {
          plain[k] = (float) gradient[k];
        }
        arrays.add(scope.create(plain, new Shape(head.shapes().get(i))));
      }
      AdamW.Step done = adam.step(arrays, learningRate);
      for (int i = 0; i < weights.size(); i++) {
        float[] stepped = Torch.floats(weights.get(i));
        System.arraycopy(stepped, 0, head.values().get(i), 0, stepped.length);
      }
      return done;
    }
  }

  /** Writes the moments. */
  void save(Path file) {
    List<TensorData> tensors = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      tensors.add(moment(FIRST, i, adam.firstMoments().get(i)));
      tensors.add(moment(SECOND, i, adam.secondMoments().get(i)));
    }
    tensors.add(TensorData.of(TensorInfo.of(STEPS, DType.F32, 1), new float[] {adam.stepsDone()}));
    SafetensorsWriter.write(file, tensors);
  }

  private TensorData moment(String prefix, int i, NDArray values) {
    return TensorData.of(
        TensorInfo.of(prefix + head.names().get(i), DType.F32, head.shapes().get(i)),
        Torch.floats(values));
  }

  /** Takes over the head's weights as they are now, and what {@link #save} wrote. */
  void restore(Path file) {
    for (int i = 0; i < weights.size(); i++) {
      weights.get(i).set(head.values().get(i));
    }
    try (SafetensorsFile saved = SafetensorsFile.open(file)) {
      adam.restore(
          i -> moment(saved, FIRST, i),
          i -> moment(saved, SECOND, i),
          (long) saved.require(STEPS, 1).toFloats()[0]);
    }
  }

  private NDArray moment(SafetensorsFile saved, String prefix, int i) {
    long[] shape = head.shapes().get(i);
    return manager.create(
        saved.require(prefix + head.names().get(i), shape).toFloats(), new Shape(shape));
  }

  @Override
  public void close() {
    adam.close();
    manager.close();
  }
}
