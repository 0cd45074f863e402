package io.r1reward.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import io.r1reward.core.checkpoint.DType;
import io.r1reward.core.checkpoint.SafetensorsFile;
import io.r1reward.core.checkpoint.SafetensorsWriter;
import io.r1reward.core.checkpoint.TensorData;
import io.r1reward.core.checkpoint.TensorInfo;
import io.r1reward.core.torch.jni.GradScript;
import io.r1reward.train.optim.AdamW;
import io.r1reward.train.optim.AdamWSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps the trainable parameters of a network with the gradients they have collected. Masters are
 * float32, whatever the forward pass computes in. Not thread-safe.
 */
public final class NetworkOptimiser implements AutoCloseable {
  private static final String FIRST = "first_moment.";
  private static final String SECOND = "second_moment.";
  private static final String STEPS = "steps";

  private final NDManager manager;
  private final ImmutableList<Parameter> parameters;
  private final AdamW adam;

  /** An optimiser at its first step. */
  public NetworkOptimiser(PolicyNetwork network, AdamWSettings settings) {
    this.manager = network.manager();
    this.parameters = network.trainable();
    this.adam =
        new AdamW(
            manager,
            parameters.stream().map(Parameter::master).toList(),
            parameters.stream().map(p -> p.shape().length() > 1).toList(),
            settings);
  }

  /** Makes a step and forgets the gradients; nothing changes where they are not finite. */
  public AdamW.Step step(double learningRate) {
    AdamW.Step done;
    try (NDManager scope = manager.newSubManager()) {
      List<NDArray> gradients = new ArrayList<>();
      for (Parameter parameter : parameters) {
        NDArray gradient = GradScript.gradient(parameter.compute());
        if (gradient == null) {
          gradients.add(scope.zeros(parameter.master().getShape()));
        } else {
          gradient.attach(scope);
          gradients.add(gradient);
        }
      }
      done = adam.step(gradients, learningRate);
    }
    for (Parameter parameter : parameters) {
      GradScript.clearGradient(parameter.compute());
    }
    if (!done.skipped() && parameters.get(0).master() != parameters.get(0).compute()) {
      adam.publish(parameters.stream().map(Parameter::compute).toList());
    }
    return done;
  }

  /** Forgets the collected gradients. */
  public void discard() {
    for (Parameter parameter : parameters) {
      GradScript.clearGradient(parameter.compute());
    }
  }

  /** Writes moments and step count. */
  public void save(Path file) {
    List<TensorData> tensors = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      tensors.add(tensor(FIRST, i, adam.firstMoments().get(i)));
      tensors.add(tensor(SECOND, i, adam.secondMoments().get(i)));
    }
    tensors.add(TensorData.of(TensorInfo.of(STEPS, DType.F32, 1), new float[] {adam.stepsDone()}));
    SafetensorsWriter.write(file, tensors);
  }

  /** Reads what {@link #save} wrote. */
  public void restore(Path file) {
    try (SafetensorsFile saved = SafetensorsFile.open(file)) {
      List<float[]> first = new ArrayList<>();
      List<float[]> second = new ArrayList<>();
      for (Parameter parameter : parameters) {
        first.add(saved.require(FIRST + parameter.name(), parameter.shape()).toFloats());
        second.add(saved.require(SECOND + parameter.name(), parameter.shape()).toFloats());
      }
      adam.restore(first, second, (long) saved.require(STEPS, 1).toFloats()[0]);
    }
  }

  private TensorData tensor(String prefix, int i, NDArray values) {
    Parameter parameter = parameters.get(i);
    return TensorData.of(
        new TensorInfo(prefix + parameter.name(), DType.F32, parameter.shape()),
        values.toFloatArray());
  }

  @Override
  public void close() {
    adam.close();
  }
}
