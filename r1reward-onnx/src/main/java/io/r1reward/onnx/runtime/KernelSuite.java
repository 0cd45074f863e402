package io.r1reward.onnx.runtime;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import com.google.common.collect.ImmutableList;
import io.r1reward.core.machine.KernelCheck;
import io.r1reward.onnx.runtime.KernelTrials.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Holds ONNX Runtime's kernels against plain arithmetic, and rows of a batch against rows alone.
 * Some kernels multiply a single row by another order of sums than several: then a row alone
 * decodes beside a copy of itself, so that the same request draws the same tokens in any batch. Not
 * thread-safe.
 */
final class KernelSuite {
  private static final double U = 0x1p-24;
  private static final double DEVIATIONS = 5;

  private static final String ALONE = "a row alone decodes beside a copy of itself";
  private static final String DEPENDS =
      "a row's numbers depend on the rows beside it, in their last bits";
  private static final String PRECISE =
      "quantised weights are multiplied in float32 (accuracy level 0), which is slower";

  private final KernelTrials trials;
  private final List<KernelCheck> checks = new ArrayList<>();
  private boolean aloneDiffers;
  private boolean exactLevelNeeded;
  private boolean attentionHolds = true;

  KernelSuite(OrtEnvironment environment, int threads) {
    this.trials = new KernelTrials(environment, threads);
  }

  /** Tries what a graph consists of: each kind of quantised product and of attention once. */
  static KernelSuite of(OrtEnvironment environment, ModelProto graph, int threads) {
    KernelSuite suite = new KernelSuite(environment, threads);
    Set<List<Integer>> seen = new LinkedHashSet<>();
    for (NodeProto node : graph.getGraph().getNodeList()) {
      switch (node.getOpType()) {
        case "MatMulNBits" ->
            seen.add(
                List.of(
                    number(node, "bits", 4),
                    number(node, "block_size", 32),
                    number(node, "accuracy_level", 0)));
        case "Gemm" -> seen.add(List.of());
        case "GroupQueryAttention" ->
            seen.add(List.of(number(node, "num_heads", 1), number(node, "kv_num_heads", 1)));
        default -> {}
      }
    }
    int width = headSize(graph);
    for (List<Integer> each : seen) {
      switch (each.size()) {
        case 3 -> suite.quantised(each.get(0), each.get(1), each.get(2));
        case 2 -> suite.attention(each.get(0), each.get(1), width);
        default -> suite.plain();
      }
    }
    return suite;
  }

  private static int number(NodeProto node, String name, int absent) {
    return node.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals(name))
        .mapToInt(attribute -> Math.toIntExact(attribute.getI()))
        .findFirst()
        .orElse(absent);
  }

  /** Width of a head: the last dimension of the cache. */
  private static int headSize(ModelProto graph) {
    return graph.getGraph().getInputList().stream()
        .filter(input -> input.getName().startsWith("past_key_values."))
        .mapToInt(
            input ->
                Math.toIntExact(input.getType().getTensorType().getShape().getDim(3).getDimValue()))
        .findFirst()
        .orElse(64);
  }

  /** Quantised products of one kind. */
  void quantised(int bits, int block, int level) {
    int in = 4 * Math.max(block, 64);
    int out = 48;
    // level 4 rounds activations of up to 4 standard deviations to 1/254 of the block's largest
    double rounding = level == 4 ? 4.0 / 254 : 0;
    double size = Math.sqrt(in);
    double allowed = DEVIATIONS * (size * rounding / Math.sqrt(3) + size * U * 2 * size);
    tried(
        bits + "-bit product, blocks of " + block + ", accuracy level " + level,
        KernelTrials.ROWS + " x " + in + " by " + out,
        allowed,
        level == 4,
        level == 4 ? PRECISE : "this ONNX Runtime is wrong on this processor",
        () -> trials.quantised(bits, block, level, in, out),
        () -> exactLevelNeeded |= level == 4);
  }

  /** Products in float32. */
  void plain() {
    int in = 256;
    tried(
        "product in float32",
        KernelTrials.ROWS + " x " + in + " by 48",
        DEVIATIONS * Math.sqrt(in) * U * 2 * Math.sqrt(in),
        false,
        "this ONNX Runtime is wrong on this processor",
        () -> trials.plain(in, 48),
        () -> {});
  }

  /** Attention of a new token in rows of different lengths. */
  void attention(int heads, int keyHeads, int size) {
    tried(
        "grouped-query attention",
        KernelTrials.ROWS + " x " + heads + "/" + keyHeads + " heads of " + size,
        // values within 5 standard deviations, weights that add up to 1 but for their own rounding
        DEVIATIONS * Math.sqrt(2.0 * size) * U * 2 * DEVIATIONS,
        false,
        "this ONNX Runtime is wrong on this processor",
        () -> trials.attention(heads, keyHeads, size),
        () -> attentionHolds = false);
  }

  private interface Trial {
    Outcome run() throws OrtException;
  }

  private void tried(
      String kernel,
      String sizes,
      double allowed,
      boolean replaceable,
      String consequence,
      Trial trial,
      Runnable onFailure) {
    long begin = System.nanoTime();
    try {
      Outcome outcome = trial.run();
      Duration time = Duration.ofNanos(System.nanoTime() - begin);
      KernelCheck right =
          new KernelCheck(
              kernel, sizes, outcome.largest(), allowed, time, replaceable, consequence);
      checks.add(right);
      if (!right.holds()) {
        onFailure.run();
      }
      double alone = outcome.apart(outcome.alone());
      double inPairs = outcome.apart(outcome.inPairs());
      aloneDiffers |= alone > 0 && inPairs == 0;
      checks.add(
          new KernelCheck(
              kernel + ", alone and together",
              sizes,
              alone,
              0,
              Duration.ZERO,
              true,
              inPairs == 0 ? ALONE : DEPENDS));
    } catch (OrtException e) {
      checks.add(
          new KernelCheck(
              kernel + " (" + e.getMessage() + ")",
              sizes,
              Double.NaN,
              allowed,
              Duration.ofNanos(System.nanoTime() - begin),
              replaceable,
              consequence));
      onFailure.run();
    }
  }

  /** Returns all outcomes. */
  ImmutableList<KernelCheck> checks() {
    return ImmutableList.copyOf(checks);
  }

  /** Fewest rows of a run with which a row's numbers are those that it has beside others. */
  int leastRows() {
    return aloneDiffers ? 2 : 1;
  }

  /** Whether products at accuracy level 4 are wrong here. */
  boolean exactLevelNeeded() {
    return exactLevelNeeded;
  }

  /** Whether attention is right. */
  boolean attentionHolds() {
    return attentionHolds;
  }
}
