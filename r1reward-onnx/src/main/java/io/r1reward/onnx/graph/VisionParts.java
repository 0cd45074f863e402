package io.r1reward.onnx.graph;

import static io.r1reward.onnx.graph.GraphBuilder.attribute;

import io.r1reward.core.model.VisionConfig;
import java.util.List;

/** What the vision towers of several families have in common. Not thread-safe. */
public final class VisionParts {
  /** Added to the mean square, or variance, of a norm. */
  public static final float NORM_EPSILON = 1e-6f;

  private static final String FEATURES = "image_features";

  private final GraphBuilder graph;
  private final Weights weights;
  private final VisionConfig config;

  /** Parts of a graph under construction. */
  public VisionParts(GraphBuilder graph, Weights weights, VisionConfig config) {
    this.graph = graph;
    this.weights = weights;
    this.config = config;
  }

  /**
   * Declares the inputs of all families, the output, and the shapes {@code shape.rows} {@code [N,
   * C]}, {@code shape.frames} {@code [F, N / F, C]} and {@code shape.units} {@code [N / 4, 4 C]}.
   */
  public void begin() {
    ElementType type = weights.activations();
    int half = config.headDim() / 2;
    long width = config.hiddenSize();
    graph.input("pixel_values", type, "patches", config.patchValues());
    graph.input("cos", type, "patches", half);
    graph.input("sin", type, "patches", half);
    graph.input("frames", ElementType.INT64, 1);
    int deep = config.deepStackBlocks().length();
    graph.output(FEATURES, ElementType.FLOAT32, "units", (1 + deep) * config.outHiddenSize());

    graph.integers("axis.zero", 0);
    graph.integers("shape.rows", -1, width);
    graph.integers("shape.rest", -1, width);
    graph.integers("shape.units", -1, config.mergedSize());
    graph.node("Concat", "shape.frames", List.of("frames", "shape.rest"), attribute("axis", 0));
  }

  /** Adds a linear layer with a bias, and returns the name of its result. */
  public String linear(String output, String x, String from) {
    return weights.linear(graph, output, x, from + ".weight", from + ".bias");
  }

  /**
   * Adds the projections of a block, queries and keys turned.
   *
   * @param from checkpoint name of the joint projection
   * @return query, key and value, each {@code [N, C]}
   */
  public List<String> projections(String normed, String from, String to) {
    String qkv = linear(to + "qkv", normed, from); // [N, 3C]
    List<String> parts = List.of(to + "q", to + "k", to + "v");
    graph.node("", "Split", parts, List.of(qkv), attribute("axis", 1), attribute("num_outputs", 3));
    return List.of(rotated(to + "q"), rotated(to + "k"), to + "v"); // 3 x [N, C]
  }

  private String rotated(String x) {
    graph.node("Unsqueeze", x + ".batch", List.of(x, "axis.zero")); // [1, N, C]
    graph.contrib(
        "RotaryEmbedding",
        x + ".rotated",
        List.of(x + ".batch", "axis.zero", "cos", "sin"),
        attribute("num_heads", config.heads()));
    return graph.node("Reshape", x + ".rows", List.of(x + ".rotated", "shape.rows"));
  }

  /** Adds attention of every frame's patches to each other, and returns the result, [N, C]. */
  public String frames(List<String> projections, String to) {
    List<String> stacks =
        projections.stream()
            .map(x -> graph.node("Reshape", x + ".frames", List.of(x, "shape.frames")))
            .toList(); // [F, N / F, C]
    graph.contrib(
        "MultiHeadAttention", to + "attention", stacks, attribute("num_heads", config.heads()));
    return graph.node("Reshape", to + "attended", List.of(to + "attention", "shape.rows"));
  }

  /** Returns the name for the features in the graph's own format; see {@link #end}. */
  public String features() {
    return weights.activations() == ElementType.FLOAT32 ? FEATURES : FEATURES + ".raw";
  }

  /** Makes the graph's output of the {@link #features}. */
  public void end() {
    if (weights.activations() != ElementType.FLOAT32) {
      graph.node(
          "Cast", FEATURES, List.of(features()), attribute("to", ElementType.FLOAT32.code()));
    }
  }
}
