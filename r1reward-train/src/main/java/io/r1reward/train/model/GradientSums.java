package io.r1reward.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.r1reward.core.torch.jni.GradScript;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sums of gradients over micro-batches in float32. Where the forward pass computes in bfloat16, a
 * sum of 256 equal gradients has no room for one more in its 8 bits. Gradients of adapters are
 * summed apart in float32, too: within a micro-batch a parameter may collect several parts, and
 * only whole micro-batches can be added by another process, in the same order, to the same bits.
 * Takes one float32 buffer per trained parameter (4 bytes for every value) beside the masters, from
 * the first micro-batch of a step to its end. Not thread-safe.
 */
final class GradientSums {
  private final NDManager owner;
  private final NDManager caller;
  private final GradScript script;
  private final NDArray like; // [0] float32 on the owner's device
  private final Map<String, NDArray> sums = new HashMap<>();

  /**
   * Starts without any.
   *
   * @param owner of the sums: on the network's device, or in host memory
   * @param caller owner of what the script gives back
   */
  GradientSums(NDManager owner, NDManager caller, GradScript script) {
    this.owner = owner;
    this.caller = caller;
    this.script = script;
    this.like = owner.create(new Shape(0), DataType.FLOAT32);
  }

  /** Says whether a network of these settings keeps sums. */
  static boolean areKept(NetworkSettings settings) {
    return settings.bfloat16() || settings.lora() != null;
  }

  /** Moves what parameters have collected in a micro-batch into their sums. */
  void take(List<Parameter> parameters) {
    for (Parameter parameter : parameters) {
      try (NDArray gradient = GradScript.gradient(parameter.compute())) {
        if (gradient != null) {
          add(parameter.name(), gradient);
          GradScript.clearGradient(parameter.compute());
        }
      }
    }
  }

  /** Adds to the sum of a parameter. */
  void add(String name, NDArray gradient) {
    NDArray sum = sums.get(name);
    if (sum == null) {
      sums.put(name, GradScript.silently(() -> script.call(owner, "copy_like", gradient, like)));
    } else {
      GradScript.silently(() -> script.call(caller, "add_to", sum, gradient)).close();
    }
  }

  /** Returns the sum of a parameter, which stays this object's; null if it has none. */
  @Nullable NDArray of(Parameter parameter) {
    return sums.get(parameter.name());
  }

  /** Forgets all of them and gives their memory back. */
  void clear() {
    sums.values().forEach(NDArray::close);
    sums.clear();
  }
}
