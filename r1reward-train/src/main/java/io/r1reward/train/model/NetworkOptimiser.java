package io.r1reward.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableLongArray;
import com.google.common.primitives.Longs;
import io.r1reward.InvalidInputException;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.safetensors.SafetensorsFile;
import io.r1reward.core.safetensors.SafetensorsWriter;
import io.r1reward.core.safetensors.TensorData;
import io.r1reward.core.safetensors.TensorInfo;
import io.r1reward.train.optim.AdamW;
import io.r1reward.train.optim.AdamWSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps the trainable parameters of a network with the gradients that it and its replicas have
 * collected: their sum, so a loss is divided by the counts of the whole step. Masters are float32,
 * and so are the sums of gradients, whatever the forward pass computes in. Not thread-safe.
 */
public final class NetworkOptimiser implements AutoCloseable {
  private static final String FIRST = "first_moment.";
  private static final String SECOND = "second_moment.";
  private static final String STEPS = "steps";
  private static final String ADVICE =
      "keep the optimiser in host memory (offloadOptimiser), train adapters (lora) in place of the"
          + " weights, or freeze the vision tower (trainVision false)";

  private final PolicyNetwork stepped;
  private final ImmutableList<PolicyNetwork> networks;
  private final List<Parameter> parameters;
  private final AdamW adam;

  /** An optimiser of one network, at its first step. */
  public NetworkOptimiser(PolicyNetwork network, AdamWSettings settings) {
    this(ImmutableList.of(network), settings);
  }

  /**
   * An optimiser at its first step. The replicas get the weights of the first network.
   *
   * @param networks the one that is stepped, and its replicas on other devices
   */
  public NetworkOptimiser(List<PolicyNetwork> networks, AdamWSettings settings) {
    this.networks = ImmutableList.copyOf(networks);
    this.stepped = networks.get(0);
    if (stepped.role() != NetworkRole.TRAINED) {
      throw new InvalidInputException(
          "the first network must be loaded as TRAINED, it is " + stepped.role());
    }
    this.parameters = stepped.trainable();
    try {
      this.adam =
          new AdamW(
              stepped.weights().masters(),
              parameters.stream().map(Parameter::master).toList(),
              parameters.stream().map(p -> p.shape().size() > 1).toList(),
              settings);
      publish();
    } catch (RuntimeException e) {
      throw OutOfMemory.explained(e, "making the optimiser of " + size(), ADVICE);
    }
  }

  private String size() {
    return parameters.stream().mapToLong(Parameter::elements).sum() + " values";
  }

  /** Makes a step and forgets the gradients; nothing changes where they are not finite. */
  public AdamW.Step step(double learningRate) {
    AdamW.Step done;
    try (NDManager scope = stepped.gradients().newSubManager()) {
      List<NDArray> gradients = new ArrayList<>();
      for (Parameter parameter : parameters) {
        NDArray gradient = stepped.gradient(parameter, scope);
        gradients.add(gradient != null ? gradient : scope.zeros(shape(parameter)));
      }
      for (PolicyNetwork replica : networks.subList(1, networks.size())) {
        add(gradients, replica);
      }
      done = adam.step(gradients, learningRate);
    } catch (RuntimeException e) {
      throw OutOfMemory.explained(e, "a step of " + size(), ADVICE);
    }
    discard();
    if (!done.skipped()) {
      publish();
    }
    return done;
  }

  private void add(List<NDArray> gradients, PolicyNetwork replica) {
    try (NDManager scope = replica.manager().newSubManager()) {
      List<NDArray> sums = new ArrayList<>();
      List<NDArray> others = new ArrayList<>();
      List<Parameter> theirs = replica.trainable();
      for (int i = 0; i < gradients.size(); i++) {
        NDArray gradient = replica.gradient(theirs.get(i), scope);
        if (gradient != null) {
          sums.add(gradients.get(i));
          others.add(gradient);
        }
      }
      if (!sums.isEmpty()) {
        adam.add(sums, others);
      }
    }
  }

  private static Shape shape(Parameter parameter) {
    return new Shape(Longs.toArray(parameter.shape()));
  }

  /** Copies the masters to where the forward passes read. */
  private void publish() {
    for (PolicyNetwork network : networks) {
      List<Parameter> theirs = network.trainable();
      if (theirs.get(0).compute() != parameters.get(0).master()) {
        adam.publish(theirs.stream().map(Parameter::compute).toList());
      }
      if (network != stepped && theirs.get(0).compute() != theirs.get(0).master()) {
        adam.publish(theirs.stream().map(Parameter::master).toList());
      }
    }
  }

  /** Forgets the collected gradients. */
  public void discard() {
    networks.forEach(PolicyNetwork::discardGradients);
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

  /** Reads what {@link #save} wrote, and gives the replicas the weights of the first network. */
  public void restore(Path file) {
    try (SafetensorsFile saved = SafetensorsFile.open(file)) {
      adam.restore(
          i -> moment(saved, FIRST, i),
          i -> moment(saved, SECOND, i),
          (long) saved.require(STEPS, 1).toFloats()[0]);
    }
    publish();
  }

  private NDArray moment(SafetensorsFile saved, String prefix, int i) {
    Parameter parameter = parameters.get(i);
    return MappedArrays.copy(
        saved.require(prefix + parameter.name(), Longs.toArray(parameter.shape())),
        parameter.master(),
        stepped.weights().masters(),
        stepped.script());
  }

  private TensorData tensor(String prefix, int i, NDArray values) {
    Parameter parameter = parameters.get(i);
    return new NativeTensor(
        new TensorInfo(
            prefix + parameter.name(), DType.F32, ImmutableLongArray.copyOf(parameter.shape())),
        stepped,
        scope -> MergedWeights.shared(values, scope));
  }

  @Override
  public void close() {
    adam.close();
  }
}
