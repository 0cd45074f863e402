package io.r1reward.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.torch.WeightSource;
import io.r1reward.core.torch.jni.GradScript;

/** The weights of a network as a judge sees them: {@code W + (alpha / rank) B A}. */
final class MergedWeights implements WeightSource {
  private final PolicyNetwork network;

  MergedWeights(PolicyNetwork network) {
    this.network = network;
  }

  @Override
  public ModelConfig config() {
    return network.config();
  }

  @Override
  public boolean bfloat16() {
    return network.settings().bfloat16();
  }

  @Override
  public NDArray load(String name, NDManager manager) {
    Parameter weight = network.weights().get(name);
    if (!isAdapted(weight)) {
      return shared(weight.compute(), manager);
    }
    NDArray sum = sum(weight, manager); // [out, in] float32
    if (!bfloat16()) {
      return sum;
    }
    try (sum) {
      return GradScript.silently(() -> network.script().call(manager, "to_bfloat16", sum));
    }
  }

  /** The most exact values that there are, in whatever format. */
  NDArray exact(Parameter weight, NDManager manager) {
    return isAdapted(weight) ? sum(weight, manager) : shared(weight.master(), manager);
  }

  /** Returns the same memory, owned by another manager, and without a gradient. */
  static NDArray shared(NDArray array, NDManager manager) {
    NDArray shared = GradScript.detach(array);
    shared.attach(manager);
    return shared;
  }

  private boolean isAdapted(Parameter weight) {
    return network.weights().has(layer(weight) + Parameters.LORA_A);
  }

  private NDArray sum(Parameter weight, NDManager manager) {
    NDArray a = network.weights().get(layer(weight) + Parameters.LORA_A).master(); // [R, in]
    NDArray b = network.weights().get(layer(weight) + Parameters.LORA_B).master(); // [out, R]
    return GradScript.silently(
        () -> network.script().call(manager, "merge", weight.master(), a, b)); // [out, in]
  }

  private static String layer(Parameter weight) {
    String suffix = ".weight";
    String name = weight.name();
    return name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : name;
  }
}
