package io.r1reward.onnx.graph;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The gated feed-forward block of decoders and towers: {@code down(silu(gate(x)) * up(x))}. */
public final class GatedMlp {

  private GatedMlp() {}

  /**
   * Writes the block.
   *
   * @param from prefix of the checkpoint names
   * @param to prefix of the value names
   * @return the name of the result, {@code [rows, width]}
   */
  public static String write(
      GraphBuilder graph, Weights weights, String x, String from, String to, boolean biased) {
    String gate = linear(graph, weights, to + "gate", x, from + "gate_proj", biased); // [rows, I]
    String up = linear(graph, weights, to + "up", x, from + "up_proj", biased); // [rows, I]
    String sigmoid = graph.node("Sigmoid", to + "sigmoid", List.of(gate));
    String silu = graph.node("Mul", to + "silu", List.of(gate, sigmoid));
    String gated = graph.node("Mul", to + "gated", List.of(silu, up));
    return linear(graph, weights, to + "down", gated, from + "down_proj", biased); // [rows, H]
  }

  private static String linear(
      GraphBuilder graph, Weights weights, String output, String x, String from, boolean biased) {
    @Nullable String bias = biased ? from + ".bias" : null;
    return weights.linear(graph, output, x, from + ".weight", bias);
  }
}
