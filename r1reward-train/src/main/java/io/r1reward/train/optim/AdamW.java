package io.r1reward.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.io.Resources;
import io.r1reward.CheckpointException;
import io.r1reward.InvalidInputException;
import io.r1reward.core.torch.jni.TorchScript;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * AdamW with PyTorch's arithmetic, on float32 weights, with its moments in float32. Gradients are
 * clipped by their global norm as {@code torch.nn.utils.clip_grad_norm_} does. Not thread-safe.
 */
public final class AdamW implements AutoCloseable {
  private static final double NORM_EPSILON = 1e-6;

  private final NDManager manager;
  private final TorchScript script;
  private final AdamWSettings settings;
  private final List<NDArray> weights;
  private final List<Boolean> decayed;
  private final List<NDArray> firstMoments = new ArrayList<>();
  private final List<NDArray> secondMoments = new ArrayList<>();
  private final List<NDArray> steps = new ArrayList<>();

  /**
   * Starts with zero moments.
   *
   * @param owner on the weights' device
   * @param weights float32, changed in place
   * @param decayed which of them decay
   */
  public AdamW(
      NDManager owner, List<NDArray> weights, List<Boolean> decayed, AdamWSettings settings) {
    if (weights.isEmpty() || weights.size() != decayed.size()) {
      throw new InvalidInputException(
          "an optimiser needs weights and as many decay flags, got "
              + weights.size()
              + " and "
              + decayed.size());
    }
    this.manager = owner.newSubManager();
    this.script = TorchScript.compile(manager, "optimiser", "Optimiser", source());
    this.settings = settings;
    this.weights = List.copyOf(weights);
    this.decayed = List.copyOf(decayed);
    for (NDArray weight : weights) {
      firstMoments.add(manager.zeros(weight.getShape(), DataType.FLOAT32));
      secondMoments.add(manager.zeros(weight.getShape(), DataType.FLOAT32));
      steps.add(manager.zeros(new Shape(), DataType.FLOAT32));
    }
  }

  /**
   * What a step did.
   *
   * @param gradientNorm global norm before clipping
   * @param skipped whether the norm was not finite, so that nothing was changed
   */
  public record Step(double gradientNorm, boolean skipped) {}

  /**
   * Clips the gradients, in place, and changes the weights. A gradient that is not finite changes
   * nothing.
   *
   * @param gradients one per weight, in its shape, on its device; float32 or bfloat16
   */
  public Step step(List<NDArray> gradients, double learningRate) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray[] plain = script.call(scope, "float32", (Object) gradients.toArray(NDArray[]::new));
      double norm;
      try (NDArray total = script.one(scope, "norm", (Object) plain)) {
        norm = total.toFloatArray()[0];
      }
      if (!Double.isFinite(norm)) {
        return new Step(norm, true);
      }
      double factor = Math.min(1, settings.maxGradientNorm() / (norm + NORM_EPSILON));
      if (factor < 1) {
        script.run("scale", plain, factor);
      }
      update(plain, learningRate, true);
      update(plain, learningRate, false);
      return new Step(norm, false);
    }
  }

  private void update(NDArray[] gradients, double learningRate, boolean decaying) {
    List<List<NDArray>> lists = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      lists.add(new ArrayList<>());
    }
    for (int i = 0; i < gradients.length; i++) {
      if (decayed.get(i) == decaying) {
        lists.get(0).add(weights.get(i));
        lists.get(1).add(gradients[i]);
        lists.get(2).add(firstMoments.get(i));
        lists.get(3).add(secondMoments.get(i));
        lists.get(4).add(steps.get(i));
      }
    }
    if (!lists.get(0).isEmpty()) {
      script.run(
          "step",
          array(lists.get(0)),
          array(lists.get(1)),
          array(lists.get(2)),
          array(lists.get(3)),
          array(lists.get(4)),
          learningRate,
          settings.beta1(),
          settings.beta2(),
          decaying ? settings.weightDecay() : 0.0,
          settings.epsilon());
    }
  }

  /** Copies the weights into others of the same shapes and any type. */
  public void publish(List<NDArray> targets) {
    script.run("publish", array(weights), array(targets));
  }

  /** Returns the first moment of each weight; owned by this optimiser. */
  public List<NDArray> firstMoments() {
    return firstMoments;
  }

  /** Returns the second moment of each weight; owned by this optimiser. */
  public List<NDArray> secondMoments() {
    return secondMoments;
  }

  /** Returns the number of steps done. */
  public long stepsDone() {
    return (long) steps.get(0).toFloatArray()[0];
  }

  /** Puts back what a checkpoint kept. */
  public void restore(List<float[]> first, List<float[]> second, long stepsDone) {
    for (int i = 0; i < weights.size(); i++) {
      firstMoments.get(i).set(first.get(i));
      secondMoments.get(i).set(second.get(i));
      steps.get(i).set(new float[] {stepsDone});
    }
  }

  private static NDArray[] array(List<NDArray> list) {
    return list.toArray(NDArray[]::new);
  }

  private static String source() {
    try {
      return Resources.toString(
          Resources.getResource(AdamW.class, "optimiser.py"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new CheckpointException("the class path lacks optimiser.py: " + e, e);
    }
  }

  @Override
  public void close() {
    script.close();
    manager.close();
  }
}
