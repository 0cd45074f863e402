package io.r1reward.onnx.graph.qwen3_vl;

import static io.r1reward.onnx.graph.GraphBuilder.attribute;

import com.google.common.collect.ImmutableSet;
import io.r1reward.core.model.VisionConfig;
import io.r1reward.core.model.qwen3_vl.Qwen3Vl;
import io.r1reward.onnx.graph.ElementType;
import io.r1reward.onnx.graph.GraphBuilder;
import io.r1reward.onnx.graph.VisionGraph;
import io.r1reward.onnx.graph.VisionParts;
import io.r1reward.onnx.graph.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * The vision tower of Qwen3-VL: learned positions, layer norms, plain MLPs, attention over the
 * frame, and beside the last merger one for each block that DeepStack takes.
 */
public final class Qwen3VisionGraph implements VisionGraph {

  /** Called by the service loader. */
  public Qwen3VisionGraph() {}

  @Override
  public String modelType() {
    return Qwen3Vl.TYPE;
  }

  @Override
  public ImmutableSet<String> layoutInputs() {
    return POSITIONS;
  }

  @Override
  public GraphBuilder write(Weights weights, VisionConfig config) {
    GraphBuilder graph = new GraphBuilder("vision");
    new Writer(graph, weights, config, new VisionParts(graph, weights, config)).write();
    return graph;
  }

  private record Writer(
      GraphBuilder graph, Weights weights, VisionConfig config, VisionParts parts) {

    void write() {
      parts.begin();
      graph.input("corners", ElementType.INT64, 4, "frame_patches");
      graph.input("shares", weights.activations(), 4, "frame_patches");

      String x = placed(parts.linear("patches", "pixel_values", "visual.patch_embed.proj"));
      List<String> deep = new ArrayList<>();
      for (int block = 0; block < config.depth(); block++) {
        String from = "visual.blocks." + block + ".";
        String to = "block." + block + ".";
        String normed = norm(x, from + "norm1", to + "norm1");
        List<String> projections = parts.projections(normed, from + "attn.qkv", to);
        String attended =
            parts.linear(to + "proj", parts.frames(projections, to), from + "attn.proj");
        String mid = graph.node("Add", to + "mid", List.of(x, attended)); // [N, C]
        String normed2 = norm(mid, from + "norm2", to + "norm2");
        String hidden = parts.linear(to + "hidden", normed2, from + "mlp.linear_fc1"); // [N, I]
        String gelu =
            graph.node("Gelu", to + "gelu", List.of(hidden), attribute("approximate", "tanh"));
        String mlp = parts.linear(to + "mlp", gelu, from + "mlp.linear_fc2");
        x = graph.node("Add", to + "out", List.of(mid, mlp)); // [N, C]
        int at = config.deepStackBlocks().indexOf(block);
        if (at >= 0) {
          deep.add(deep(x, "visual.deepstack_merger_list." + at + ".", "deepstack." + at + "."));
        }
      }
      String normed = norm(x, "visual.merger.norm", "merger.norm"); // [N, C]
      String units = units(normed, "merger.units");
      if (deep.isEmpty()) {
        merged(units, "visual.merger.", "merger.", parts.features());
      } else {
        List<String> all = new ArrayList<>();
        all.add(merged(units, "visual.merger.", "merger.", "merger.out"));
        all.addAll(deep);
        graph.node("Concat", parts.features(), all, attribute("axis", 1)); // [N / 4, (1 + k) out]
      }
      parts.end();
    }

    /** Adds what the table has for the place of each patch, {@code [N, C]}. */
    private String placed(String x) {
      graph.integers("axis.two", 2);
      String table = weights.table(graph, "visual.pos_embed.weight"); // [side * side, C]
      String rows = graph.node("Gather", "positions.rows", List.of(table, "corners")); // [4, n, C]
      String shares = graph.node("Unsqueeze", "positions.shares", List.of("shares", "axis.two"));
      String taken = graph.node("Mul", "positions.taken", List.of(rows, shares)); // [4, n, C]
      String sum =
          graph.node("ReduceSum", "positions.sum", List.of(taken, "axis.zero")); // [1, n, C]
      String frames = graph.node("Reshape", x + ".frames", List.of(x, "shape.frames")); // [F, n, C]
      String both = graph.node("Add", x + ".placed", List.of(frames, sum)); // [F, n, C]
      return graph.node("Reshape", x + ".rows", List.of(both, "shape.rows"));
    }

    /** Unlike the last merger, this one has its norm behind the joining. */
    private String deep(String x, String from, String to) {
      String normed = norm(units(x, to + "units"), from + "norm", to + "norm"); // [N / 4, 4C]
      return merged(normed, from, to, to + "out");
    }

    private String units(String x, String output) {
      return graph.node("Reshape", output, List.of(x, "shape.units")); // [N / 4, 4C]
    }

    private String merged(String units, String from, String to, String output) {
      String hidden = parts.linear(to + "hidden", units, from + "linear_fc1"); // [N / 4, 4C]
      String activated = graph.node("Gelu", to + "gelu", List.of(hidden));
      return parts.linear(output, activated, from + "linear_fc2"); // [N / 4, out]
    }

    private String norm(String x, String from, String output) {
      return graph.node(
          "LayerNormalization",
          output,
          List.of(
              x, weights.vector(graph, from + ".weight"), weights.vector(graph, from + ".bias")),
          attribute("axis", -1),
          attribute("epsilon", VisionParts.NORM_EPSILON),
          attribute("stash_type", 1));
    }
  }
}
