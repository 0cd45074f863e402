package io.r1reward.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.io.Resources;
import io.r1reward.CheckpointException;
import io.r1reward.InvalidInputException;
import io.r1reward.core.torch.jni.Torch;
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

  /** Values whose gradients are converted at a time: half a gigabyte of float32. */
  private static final long STEPPED_TOGETHER = 1L << 27;

  private final NDManager manager;
  private final TorchScript script;
  private final AdamWSettings settings;
  private final List<NDArray> weights;
  private final List<Boolean> decayed;
  private final List<List<Integer>> groups;
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
    this.groups = groups(weights, decayed);
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
   * Clips the gradients, in place where they have the weights' type and device, and changes the
   * weights. A gradient that is not finite changes nothing.
   *
   * @param gradients one per weight, in its shape; float32 or bfloat16, all on one device, which
   *     may be another than that of the weights
   */
  public Step step(List<NDArray> gradients, double learningRate) {
    double norm = norm(gradients);
    if (!Double.isFinite(norm)) {
      return new Step(norm, true);
    }
    double factor = Math.min(1, settings.maxGradientNorm() / (norm + NORM_EPSILON));
    for (List<Integer> some : groups) {
      update(some, gradients, factor, learningRate);
    }
    return new Step(norm, false);
  }

  private double norm(List<NDArray> gradients) {
    try (NDManager scope = manager.newSubManager();
        NDArray total = script.one(scope, "norm", (Object) array(gradients))) {
      return Torch.floats(total)[0];
    }
  }

  private void update(
      List<Integer> some, List<NDArray> gradients, double factor, double learningRate) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray[] chosen = pick(weights, some);
      NDArray[] plain = script.call(scope, "like", pick(gradients, some), chosen);
      if (factor < 1) {
        script.run("scale", plain, factor);
      }
      script.run(
          "step",
          chosen,
          plain,
          pick(firstMoments, some),
          pick(secondMoments, some),
          pick(steps, some),
          learningRate,
          settings.beta1(),
          settings.beta2(),
          decayed.get(some.get(0)) ? settings.weightDecay() : 0.0,
          settings.epsilon());
    }
  }

  /** Weights that are stepped by one call: all decay or none, and no more than fits beside them. */
  private static List<List<Integer>> groups(List<NDArray> weights, List<Boolean> decayed) {
    List<List<Integer>> groups = new ArrayList<>();
    for (boolean decaying : new boolean[] {true, false}) {
      List<Integer> group = new ArrayList<>();
      long values = 0;
      for (int i = 0; i < weights.size(); i++) {
        if (decayed.get(i) != decaying) {
          continue;
        }
        long size = weights.get(i).getShape().size();
        if (!group.isEmpty() && values + size > STEPPED_TOGETHER) {
          groups.add(group);
          group = new ArrayList<>();
          values = 0;
        }
        group.add(i);
        values += size;
      }
      if (!group.isEmpty()) {
        groups.add(group);
      }
    }
    return groups;
  }

  /** Adds gradients of another device to those of this one, in place and in float32. */
  public void add(List<NDArray> sums, List<NDArray> others) {
    script.run("add", array(sums), array(others));
  }

  /** Copies the weights into others of the same shapes, in any type and on any device. */
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
    return (long) Torch.floats(steps.get(0))[0];
  }

  /** Gives one moment of one weight. */
  @FunctionalInterface
  public interface Moment {
    /** Returns float32 values in the weight's shape, on any device; they are copied and closed. */
    NDArray of(int weight);
  }

  /** Puts back what a checkpoint kept, one weight after the other. */
  public void restore(Moment first, Moment second, long stepsDone) {
    for (int i = 0; i < weights.size(); i++) {
      put(first.of(i), firstMoments.get(i));
      put(second.of(i), secondMoments.get(i));
      steps.get(i).set(new float[] {stepsDone});
    }
  }

  private void put(NDArray values, NDArray target) {
    try (values) {
      script.run("publish", new NDArray[] {values}, new NDArray[] {target});
    }
  }

  private static NDArray[] pick(List<NDArray> list, List<Integer> some) {
    return some.stream().map(list::get).toArray(NDArray[]::new);
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
