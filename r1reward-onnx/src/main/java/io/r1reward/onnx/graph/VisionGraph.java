package io.r1reward.onnx.graph;

import static io.r1reward.onnx.graph.GraphBuilder.attribute;

import io.r1reward.core.model.VisionConfig;
import java.util.List;

/**
 * The vision tower of Qwen2.5-VL as one ONNX graph, for one picture or video at a time.
 *
 * <p>Patches come in computing order (window after window, frame after frame, the patches of a
 * merged unit together) and embeddings leave in that order; see {@code
 * io.r1reward.core.model.VisionLayout}. Blocks with window attention gather the rows of each window
 * into a stack of equal length, shorter windows padded and masked; blocks with full attention stack
 * whole frames, which need no mask.
 *
 * <p>Inputs, for N patches in F frames and W windows of at most M patches:
 *
 * <ul>
 *   <li>{@code pixel_values} {@code [N, channels * temporalPatch * patch * patch]}
 *   <li>{@code cos}, {@code sin} {@code [N, headDim / 2]}: of each patch's rotary angles
 *   <li>{@code frames} int64 {@code [1]}: F
 *   <li>{@code window_rows} int64 {@code [W, M]}: rows of N; padding repeats any row
 *   <li>{@code window_mask} int32 {@code [W, M]}: 1 for a patch, 0 for padding
 *   <li>{@code window_places} int64 {@code [N]}: where each row stands in {@code [W * M]}
 * </ul>
 *
 * <p>Output: {@code image_features} float32 {@code [N / mergeSize^2, outHidden]}.
 */
public final class VisionGraph {
  private static final float NORM_EPSILON = 1e-6f;

  private final GraphBuilder graph;
  private final Weights weights;
  private final VisionConfig config;

  private VisionGraph(GraphBuilder graph, Weights weights, VisionConfig config) {
    this.graph = graph;
    this.weights = weights;
    this.config = config;
  }

  /** Writes the graph. */
  public static GraphBuilder write(Weights weights, VisionConfig config) {
    GraphBuilder graph = new GraphBuilder("vision");
    new VisionGraph(graph, weights, config).write();
    return graph;
  }

  private void write() {
    ElementType type = weights.activations();
    int half = config.headDim() / 2;
    long width = config.hiddenSize();
    graph.input("pixel_values", type, "patches", config.patchValues());
    graph.input("cos", type, "patches", half);
    graph.input("sin", type, "patches", half);
    graph.input("frames", ElementType.INT64, 1);
    graph.input("window_rows", ElementType.INT64, "windows", "window");
    graph.input("window_mask", ElementType.INT32, "windows", "window");
    graph.input("window_places", ElementType.INT64, "patches");
    graph.output("image_features", ElementType.FLOAT32, "units", config.outHiddenSize());

    graph.integers("axis.zero", 0);
    graph.integers("shape.rows", -1, width);
    graph.integers("shape.rest", -1, width);
    graph.integers("shape.units", -1, config.mergedSize());
    graph.node("Concat", "shape.frames", List.of("frames", "shape.rest"), attribute("axis", 0));

    String x =
        weights.linear(graph, "patches", "pixel_values", "visual.patch_embed.proj.weight", null);
    for (int block = 0; block < config.depth(); block++) {
      String from = "visual.blocks." + block + ".";
      String to = "block." + block + ".";
      String normed = norm(x, from + "norm1.weight", to + "norm1");
      String attended = attention(normed, config.attendsWholeFrame(block), from + "attn.", to);
      String mid = graph.node("Add", to + "mid", List.of(x, attended)); // [N, C]
      String normed2 = norm(mid, from + "norm2.weight", to + "norm2");
      String mlp = GatedMlp.write(graph, weights, normed2, from + "mlp.", to + "mlp.", true);
      x = graph.node("Add", to + "out", List.of(mid, mlp)); // [N, C]
    }
    String normed = norm(x, "visual.merger.ln_q.weight", "merger.norm");
    String units =
        graph.node("Reshape", "merger.units", List.of(normed, "shape.units")); // [N/4,4C]
    String hidden = linear("merger.hidden", units, "visual.merger.mlp.0");
    String activated = graph.node("Gelu", "merger.gelu", List.of(hidden));
    if (type == ElementType.FLOAT32) {
      linear("image_features", activated, "visual.merger.mlp.2"); // [N/4, out]
    } else {
      String raw = linear("image_features.raw", activated, "visual.merger.mlp.2");
      graph.node(
          "Cast", "image_features", List.of(raw), attribute("to", ElementType.FLOAT32.code()));
    }
  }

  private String attention(String normed, boolean full, String from, String to) {
    String qkv = linear(to + "qkv", normed, from + "qkv"); // [N, 3C]
    List<String> parts = List.of(to + "q", to + "k", to + "v");
    graph.node("", "Split", parts, List.of(qkv), attribute("axis", 1), attribute("num_outputs", 3));
    String query = rotated(to + "q"); // [N, C]
    String key = rotated(to + "k"); // [N, C]
    String rows = full ? frames(query, key, to) : windows(query, key, to); // [N, C]
    return linear(to + "proj", rows, from + "proj");
  }

  private String frames(String query, String key, String to) {
    List<String> stacks =
        List.of(query, key, to + "v").stream()
            .map(x -> graph.node("Reshape", x + ".frames", List.of(x, "shape.frames")))
            .toList(); // [F, N / F, C]
    graph.contrib(
        "MultiHeadAttention", to + "attention", stacks, attribute("num_heads", config.heads()));
    return graph.node("Reshape", to + "attended", List.of(to + "attention", "shape.rows"));
  }

  private String windows(String query, String key, String to) {
    List<String> stacks =
        List.of(query, key, to + "v").stream()
            .map(x -> graph.node("Gather", x + ".windows", List.of(x, "window_rows")))
            .toList(); // [W, M, C]
    graph.contrib(
        "MultiHeadAttention",
        to + "attention",
        List.of(stacks.get(0), stacks.get(1), stacks.get(2), "", "window_mask"),
        attribute("num_heads", config.heads()));
    String flat =
        graph.node("Reshape", to + "padded", List.of(to + "attention", "shape.rows")); // [W * M, C]
    return graph.node("Gather", to + "attended", List.of(flat, "window_places"));
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

  private String linear(String output, String x, String from) {
    return weights.linear(graph, output, x, from + ".weight", from + ".bias");
  }

  private String norm(String x, String weight, String output) {
    return graph.node(
        "SimplifiedLayerNormalization",
        output,
        List.of(x, weights.vector(graph, weight)),
        attribute("axis", -1),
        attribute("epsilon", NORM_EPSILON),
        attribute("stash_type", 1));
  }
}
