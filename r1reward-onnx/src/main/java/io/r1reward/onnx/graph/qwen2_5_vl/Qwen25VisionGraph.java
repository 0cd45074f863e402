package io.r1reward.onnx.graph.qwen2_5_vl;

import static io.r1reward.onnx.graph.GraphBuilder.attribute;

import com.google.common.collect.ImmutableSet;
import io.r1reward.core.model.VisionConfig;
import io.r1reward.core.model.qwen2_5_vl.Qwen25Vl;
import io.r1reward.onnx.graph.ElementType;
import io.r1reward.onnx.graph.GatedMlp;
import io.r1reward.onnx.graph.GraphBuilder;
import io.r1reward.onnx.graph.VisionGraph;
import io.r1reward.onnx.graph.VisionParts;
import io.r1reward.onnx.graph.Weights;
import java.util.List;

/**
 * The vision tower of Qwen2.5-VL: RMS norms, gated MLPs, attention inside windows in most blocks.
 * Blocks with window attention gather the rows of each window into a stack of equal length, shorter
 * windows padded and masked; blocks with full attention stack whole frames, which need no mask. In
 * computing order the patches of a window stand together.
 */
public final class Qwen25VisionGraph implements VisionGraph {

  /** Called by the service loader. */
  public Qwen25VisionGraph() {}

  @Override
  public String modelType() {
    return Qwen25Vl.TYPE;
  }

  @Override
  public ImmutableSet<String> layoutInputs() {
    return WINDOWS;
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
      graph.input("window_rows", ElementType.INT64, "windows", "window");
      graph.input("window_mask", ElementType.INT32, "windows", "window");
      graph.input("window_places", ElementType.INT64, "patches");

      String x =
          weights.linear(graph, "patches", "pixel_values", "visual.patch_embed.proj.weight", null);
      for (int block = 0; block < config.depth(); block++) {
        String from = "visual.blocks." + block + ".";
        String to = "block." + block + ".";
        String normed = norm(x, from + "norm1.weight", to + "norm1");
        List<String> projections = parts.projections(normed, from + "attn.qkv", to);
        String rows =
            config.attendsWholeFrame(block)
                ? parts.frames(projections, to)
                : windows(projections, to); // [N, C]
        String attended = parts.linear(to + "proj", rows, from + "attn.proj");
        String mid = graph.node("Add", to + "mid", List.of(x, attended)); // [N, C]
        String normed2 = norm(mid, from + "norm2.weight", to + "norm2");
        String mlp = GatedMlp.write(graph, weights, normed2, from + "mlp.", to + "mlp.", true);
        x = graph.node("Add", to + "out", List.of(mid, mlp)); // [N, C]
      }
      String normed = norm(x, "visual.merger.ln_q.weight", "merger.norm");
      String units =
          graph.node("Reshape", "merger.units", List.of(normed, "shape.units")); // [N / 4, 4C]
      String hidden = parts.linear("merger.hidden", units, "visual.merger.mlp.0");
      String activated = graph.node("Gelu", "merger.gelu", List.of(hidden));
      parts.linear(parts.features(), activated, "visual.merger.mlp.2"); // [N / 4, out]
      parts.end();
    }

    private String windows(List<String> projections, String to) {
      List<String> stacks =
          projections.stream()
              .map(x -> graph.node("Gather", x + ".windows", List.of(x, "window_rows")))
              .toList(); // [W, M, C]
      graph.contrib(
          "MultiHeadAttention",
          to + "attention",
          List.of(stacks.get(0), stacks.get(1), stacks.get(2), "", "window_mask"),
          attribute("num_heads", config.heads()));
      String flat =
          graph.node(
              "Reshape", to + "padded", List.of(to + "attention", "shape.rows")); // [W * M, C]
      return graph.node("Gather", to + "attended", List.of(flat, "window_places"));
    }

    private String norm(String x, String weight, String output) {
      return graph.node(
          "SimplifiedLayerNormalization",
          output,
          List.of(x, weights.vector(graph, weight)),
          attribute("axis", -1),
          attribute("epsilon", VisionParts.NORM_EPSILON),
          attribute("stash_type", 1));
    }
  }
}
