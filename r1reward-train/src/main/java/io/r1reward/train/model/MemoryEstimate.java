package io.r1reward.train.model;

import com.google.common.primitives.ImmutableLongArray;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.ModelTensors;
import io.r1reward.core.model.TextConfig;
import io.r1reward.core.model.VisionConfig;
import java.util.Locale;
import java.util.Map;

/**
 * What training takes in memory, in bytes, worked out from sizes and settings before anything is
 * loaded. Weights, gradients and optimiser are exact but for the allocator; activations are those
 * of a full micro-batch in which every token is a picture's. The judging engine's own copies of
 * weights during rollouts are not in it. Immutable.
 *
 * @param replicas networks that are trained together
 * @param weights what one replica computes with, adapters included
 * @param reference the frozen copy of one replica; 0 without one
 * @param gradients those of one replica, in the format it computes in
 * @param gradientSums one replica's float32 sums over micro-batches; 0 where all weights are
 *     trained in float32
 * @param optimiser moments and float32 masters, which the first replica alone has
 * @param activations of one micro-batch, its logits included
 * @param rolloutCache keys and values of the completions that are decoded at a time
 * @param offloaded whether optimiser and sums are kept in host memory
 */
public record MemoryEstimate(
    int replicas,
    long weights,
    long reference,
    long gradients,
    long gradientSums,
    long optimiser,
    long activations,
    long rolloutCache,
    boolean offloaded) {
  private static final int FLOAT = 4;
  private static final double GIB = 1L << 30;

  /** Logits, their float32 copy, and their gradient. */
  private static final int LOGITS = 3;

  /** First and second moment. */
  private static final int MOMENTS = 2;

  /**
   * Estimates for one replica without reference and rollouts.
   *
   * @param tokenBudget most tokens of a micro-batch
   */
  public static MemoryEstimate of(ModelConfig config, NetworkSettings settings, int tokenBudget) {
    long format = format(settings);
    long trained = trained(config, settings);
    long adapters = settings.lora() == null ? 0 : trained;
    boolean mastered = settings.bfloat16() || settings.offloadOptimiser();
    return new MemoryEstimate(
        1,
        format * (ModelTensors.parameters(config) + adapters),
        0,
        format * trained,
        GradientSums.areKept(settings) ? FLOAT * trained : 0,
        FLOAT * trained * (MOMENTS + (mastered ? 1 : 0)),
        activations(config, settings, tokenBudget),
        0,
        settings.offloadOptimiser());
  }

  /** Sets how many replicas there are. */
  public MemoryEstimate replicas(int count) {
    return new MemoryEstimate(
        count,
        weights,
        reference,
        gradients,
        gradientSums,
        optimiser,
        activations,
        rolloutCache,
        offloaded);
  }

  /** Adds a frozen copy of the weights. */
  public MemoryEstimate withReference() {
    return new MemoryEstimate(
        replicas,
        weights,
        weights,
        gradients,
        gradientSums,
        optimiser,
        activations,
        rolloutCache,
        offloaded);
  }

  /**
   * Adds keys and values of completions.
   *
   * @param rows decoded at a time
   * @param tokens of prompt and completion together
   */
  public MemoryEstimate withRollouts(
      ModelConfig config, NetworkSettings settings, int rows, long tokens) {
    TextConfig text = config.text();
    long perToken = 2L * text.layers() * text.keyValueHeads() * text.headDim();
    return new MemoryEstimate(
        replicas,
        weights,
        reference,
        gradients,
        gradientSums,
        optimiser,
        activations,
        format(settings) * perToken * rows * tokens,
        offloaded);
  }

  /** Returns what all replicas take together whatever the data are. */
  public long fixed() {
    return replicas * (weights + reference + gradients + gradientSums) + optimiser;
  }

  /** Returns what the first replica takes on its device; activations and rollouts take turns. */
  public long onDevice() {
    return weights
        + reference
        + gradients
        + (offloaded ? 0 : gradientSums + optimiser)
        + Math.max(activations, rolloutCache);
  }

  /** Returns what the optimiser takes in host memory where the network is on a GPU. */
  public long onHost() {
    return offloaded ? replicas * gradientSums + optimiser : 0;
  }

  /** Returns all parts in GiB, for one line of a log. */
  public String parts() {
    return "weights "
        + gib(weights)
        + ", reference "
        + gib(reference)
        + ", gradients "
        + gib(gradients)
        + ", gradient sums "
        + gib(gradientSums)
        + ", optimiser "
        + gib(optimiser)
        + ", activations at most "
        + gib(activations)
        + ", rollout cache "
        + gib(rolloutCache)
        + (replicas == 1 ? "" : "; all but the optimiser for each of " + replicas + " replicas");
  }

  /** Returns bytes in GiB with their unit. */
  public static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.2f GiB", bytes / GIB);
  }

  private static long format(NetworkSettings settings) {
    return settings.bfloat16() ? 2 : FLOAT;
  }

  private static long trained(ModelConfig config, NetworkSettings settings) {
    Lora lora = settings.lora();
    long values = 0;
    for (Map.Entry<String, ImmutableLongArray> tensor : ModelTensors.shapes(config).entrySet()) {
      ImmutableLongArray shape = tensor.getValue();
      if (lora == null) {
        boolean wanted = settings.trainVision() || !tensor.getKey().startsWith("visual.");
        values += wanted ? shape.stream().reduce(1, (a, b) -> a * b) : 0;
      } else if (Parameters.adapts(lora, tensor.getKey())) {
        values += lora.rank() * (shape.get(0) + shape.get(1));
      }
    }
    return values;
  }

  private static long activations(ModelConfig config, NetworkSettings settings, int tokens) {
    TextConfig text = config.text();
    VisionConfig vision = config.vision();
    long every = settings.checkpointLayers();
    long layer =
        layer(
            text.hiddenSize(),
            (long) text.heads() * text.headDim(),
            (long) text.keyValueHeads() * text.headDim(),
            text.intermediateSize());
    long decoder = kept(text.layers(), every, true, text.hiddenSize(), layer);
    long width = vision.hiddenSize();
    long block = layer(width, width, width, vision.intermediateSize());
    Lora lora = settings.lora();
    boolean recorded = lora == null ? settings.trainVision() : lora.vision();
    long merged = (long) vision.spatialMergeSize() * vision.spatialMergeSize();
    long tower = merged * kept(vision.depth(), every, recorded, width, block);
    long logits =
        (long) LOGITS * FLOAT * Math.min(settings.headRows(), tokens) * text.vocabularySize();
    return format(settings) * tokens * (decoder + tower) + logits;
  }

  /**
   * Values per token that a stack of layers keeps.
   *
   * @param every layers between kept inputs; 0 for everything
   * @param recorded whether there is a backward pass through it
   */
  private static long kept(int layers, long every, boolean recorded, long width, long layer) {
    if (every == 0) {
      return recorded ? layers * layer : Math.min(1, layers) * layer;
    }
    long inputs = (layers + every - 1) / every;
    long again = recorded ? Math.min(every, layers) : Math.min(1, layers);
    return inputs * width + again * layer;
  }

  /**
   * Values per token that the backward pass of a layer needs: around norms and sums 8 of the hidden
   * size; queries, as they were, turned, attended and joined, and keys and values repeated for
   * them: 6; keys and values as they were, and keys turned: 3; in the MLP gate, its SiLU, up and
   * their product: 4.
   */
  private static long layer(long hidden, long queries, long keyValues, long intermediate) {
    return 8 * hidden + 6 * queries + 3 * keyValues + 4 * intermediate;
  }
}
