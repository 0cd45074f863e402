package io.r1reward.onnx.graph;

import static io.r1reward.onnx.graph.GraphBuilder.CONTRIB;
import static io.r1reward.onnx.graph.GraphBuilder.attribute;

import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.TextConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The decoder of all families as one ONNX graph: layers of grouped-query attention over a key/value
 * cache, and the head. What families differ in stands in their {@link TextConfig}.
 *
 * <p>Embedding, multimodal rotary positions and the placing of picture embeddings are the caller's;
 * the graph is fed what comes of them. Prefill and decode are the same graph. With the cache given
 * both as {@code past_key_values} and as the memory of {@code present}, keys and values are written
 * in place. Only the rows named in {@code logit_rows} are projected to the vocabulary.
 *
 * <p>Inputs, for B sequences of S new tokens and a cache of T places:
 *
 * <ul>
 *   <li>{@code inputs_embeds} {@code [B, S, hidden]}
 *   <li>{@code cos}, {@code sin} {@code [B * S, headDim / 2]}: of each token's rotary angles
 *   <li>{@code seqlens_k} int32 {@code [B]}: tokens of the sequence, the new ones included, less 1
 *   <li>{@code total_sequence_length} int32 {@code []}: the largest {@code seqlens_k} plus 1
 *   <li>{@code logit_rows} int64 {@code [R]}: rows of {@code B * S}
 *   <li>{@code past_key_values.i.key}, {@code past_key_values.i.value} {@code [B, kvHeads, T,
 *       headDim]}
 * </ul>
 *
 * <p>And where the tower has something for the first k layers (DeepStack), for M of the tokens:
 *
 * <ul>
 *   <li>{@code deepstack} {@code [k, M, hidden]}: what is added behind each of these layers
 *   <li>{@code deepstack_rows} int64 {@code [M, 1]}: rows of {@code B * S} to which it is added,
 *       each once; M is 0 where no picture stands, and while decoding
 * </ul>
 *
 * <p>Outputs: {@code logits} float32 {@code [R, vocabulary]}, and {@code present.i.key}, {@code
 * present.i.value} {@code [B, kvHeads, max(T, total_sequence_length), headDim]}.
 */
public final class DecoderGraph {
  private final GraphBuilder graph;
  private final Weights weights;
  private final TextConfig config;
  private final int deepLayers;
  private final String headWeight;

  private DecoderGraph(GraphBuilder graph, Weights weights, ModelConfig model, String headWeight) {
    this.graph = graph;
    this.weights = weights;
    this.config = model.text();
    this.deepLayers = model.vision().deepStackBlocks().length();
    this.headWeight = headWeight;
  }

  /**
   * Writes the graph.
   *
   * @param headWeight checkpoint name of the head's weight: {@code lm_head.weight}, or that of the
   *     embedding where the two are tied
   */
  public static GraphBuilder write(Weights weights, ModelConfig model, String headWeight) {
    GraphBuilder graph = new GraphBuilder("decoder");
    new DecoderGraph(graph, weights, model, headWeight).write();
    return graph;
  }

  private void write() {
    ElementType type = weights.activations();
    int half = config.headDim() / 2;
    graph.input("inputs_embeds", type, "batch", "sequence", config.hiddenSize());
    graph.input("cos", type, "rows", half);
    graph.input("sin", type, "rows", half);
    graph.input("seqlens_k", ElementType.INT32, "batch");
    graph.input("total_sequence_length", ElementType.INT32);
    graph.input("logit_rows", ElementType.INT64, "logit_rows");
    if (deepLayers > 0) {
      graph.input("deepstack", type, deepLayers, "deep", config.hiddenSize());
      graph.input("deepstack_rows", ElementType.INT64, "deep", 1);
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      for (String part : List.of("key", "value")) {
        graph.input("past_key_values." + layer + "." + part, type, cacheShape("cache"));
      }
    }
    graph.output("logits", ElementType.FLOAT32, "logit_rows", config.vocabularySize());
    graph.output("hidden", ElementType.FLOAT32, "logit_rows", config.hiddenSize());
    for (int layer = 0; layer < config.layers(); layer++) {
      for (String part : List.of("key", "value")) {
        graph.output("present." + layer + "." + part, type, cacheShape("cache_out"));
      }
    }

    // rows: [B * S, width], where every token is a row of its own; attention sees [B, S, width]
    graph.integers("shape.rows", -1, config.hiddenSize());
    graph.integers("shape.attention_rows", -1, (long) config.heads() * config.headDim());
    graph.integers("shape.rest", -1);
    if (config.qkNorm()) {
      graph.integers("shape.heads", -1, config.headDim());
      graph.integers(
          "widths",
          (long) config.heads() * config.headDim(),
          (long) config.keyValueHeads() * config.headDim(),
          (long) config.keyValueHeads() * config.headDim());
    }
    graph.node("Shape", "batch_and_sequence", List.of("inputs_embeds"), attribute("end", 2));
    graph.node(
        "Concat",
        "shape.sequences",
        List.of("batch_and_sequence", "shape.rest"),
        attribute("axis", 0));
    writeAngles();

    String rows = graph.node("Reshape", "embeds.rows", List.of("inputs_embeds", "shape.rows"));
    String residual = rows;
    String normed = norm(rows, "model.layers.0.input_layernorm.weight", "layer.0.normed");
    for (int layer = 0; layer < config.layers(); layer++) {
      String to = "layer." + layer + ".";
      String from = "model.layers." + layer + ".";
      String attended = attention(normed, layer, from + "self_attn.", to);
      normed =
          skipNorm(
              attended, residual, from + "post_attention_layernorm.weight", to + "mlp", to + "mid");
      residual = to + "mid";
      String mlp =
          GatedMlp.write(graph, weights, normed, from + "mlp.", to + "mlp.", /* biased= */ false);
      if (layer < deepLayers) {
        mlp = deepened(mlp, layer, to + "deep");
      }
      boolean last = layer + 1 == config.layers();
      String nextNorm =
          last ? "model.norm.weight" : "model.layers." + (layer + 1) + ".input_layernorm.weight";
      String nextName = last ? "final" : "layer." + (layer + 1);
      normed = skipNorm(mlp, residual, nextNorm, nextName, to + "out");
      residual = to + "out";
    }
    String wanted = graph.node("Gather", "final.rows", List.of(normed, "logit_rows")); // [R, H]
    graph.node("Cast", "hidden", List.of(wanted), attribute("to", ElementType.FLOAT32.code()));
    boolean cast = type != ElementType.FLOAT32;
    String logits = weights.linear(graph, cast ? "logits.raw" : "logits", wanted, headWeight, null);
    if (cast) {
      graph.node("Cast", "logits", List.of(logits), attribute("to", ElementType.FLOAT32.code()));
    }
  }

  /** Adds what the tower has for a layer to the rows it is for; others stay, [B * S, H]. */
  private String deepened(String x, int layer, String to) {
    graph.integer(to + ".layer", layer);
    String added =
        graph.node("Gather", to + ".added", List.of("deepstack", to + ".layer")); // [M, H]
    String rows = graph.node("GatherND", to + ".rows", List.of(x, "deepstack_rows")); // [M, H]
    String sums = graph.node("Add", to + ".sums", List.of(rows, added)); // [M, H]
    return graph.node("ScatterND", to, List.of(x, "deepstack_rows", sums));
  }

  /**
   * Numbers the rows of {@code cos} and {@code sin} as positions, {@code [B, S]}. Attention that
   * rotates by itself wants as many rows as the longest sequence has tokens; those added are never
   * read.
   */
  private void writeAngles() {
    graph.integer("number.zero", 0);
    graph.integer("number.one", 1);
    graph.node("Shape", "rows", List.of("cos"), attribute("end", 1)); // [1]
    graph.node("Squeeze", "rows.count", List.of("rows"));
    graph.node("Range", "rows.numbers", List.of("number.zero", "rows.count", "number.one"));
    graph.node("Reshape", "rows.positions", List.of("rows.numbers", "batch_and_sequence"));
    if (!rotatesInAttention()) {
      return;
    }
    graph.integers("pads.none", 0);
    graph.node(
        "Cast",
        "rows.wanted",
        List.of("total_sequence_length"),
        attribute("to", ElementType.INT64.code()));
    graph.node("Sub", "rows.missing", List.of("rows.wanted", "rows")); // [1]
    graph.node("Max", "rows.added", List.of("rows.missing", "pads.none"));
    graph.node(
        "Concat",
        "pads",
        List.of("pads.none", "pads.none", "rows.added", "pads.none"),
        attribute("axis", 0));
    graph.node("Pad", "cos.padded", List.of("cos", "pads"));
    graph.node("Pad", "sin.padded", List.of("sin", "pads"));
  }

  /** On CPUs attention rotates queries and keys itself; its GPU kernels know no positions. */
  private boolean rotatesInAttention() {
    return weights.activations() == ElementType.FLOAT32 && config.headDim() % 16 == 0;
  }

  private String attention(String normed, int layer, String from, String to) {
    List<String> inputs = new ArrayList<>(projections(normed, from, to));
    String past = "past_key_values." + layer;
    String present = "present." + layer;
    inputs.addAll(List.of(past + ".key", past + ".value", "seqlens_k", "total_sequence_length"));
    if (rotatesInAttention()) {
      inputs.addAll(List.of("cos.padded", "sin.padded", "rows.positions"));
    }
    graph.node(
        CONTRIB,
        "GroupQueryAttention",
        List.of(to + "attention", present + ".key", present + ".value"),
        inputs,
        attribute("num_heads", config.heads()),
        attribute("kv_num_heads", config.keyValueHeads()),
        attribute("do_rotary", rotatesInAttention() ? 1 : 0));
    String rows =
        graph.node(
            "Reshape", to + "attention.rows", List.of(to + "attention", "shape.attention_rows"));
    return weights.linear(graph, to + "o", rows, from + "o_proj.weight", null);
  }

  /**
   * Returns query, key and value, {@code [B, S, width]}: in one value and two empty names, or
   * three.
   */
  private List<String> projections(String normed, String from, String to) {
    List<String> matrices = Stream.of("q", "k", "v").map(x -> from + x + "_proj.weight").toList();
    List<String> biases =
        config.qkvBias()
            ? Stream.of("q", "k", "v").map(x -> from + x + "_proj.bias").toList()
            : List.of();
    List<String> parts = Stream.of("q", "k", "v").map(x -> to + x).toList();
    if (rotatesInAttention() && weights.stacks(matrices)) {
      String packed = weights.stacked(graph, to + "qkv", normed, matrices, biases);
      if (!config.qkNorm()) {
        return List.of(sequences(packed), "", "");
      }
      graph.node("", "Split", parts, List.of(packed, "widths"), attribute("axis", 1));
    } else {
      for (int i = 0; i < parts.size(); i++) {
        String bias = biases.isEmpty() ? null : biases.get(i);
        weights.linear(graph, parts.get(i), normed, matrices.get(i), bias);
      }
    }
    String query = sequences(headNorm(parts.get(0), from + "q_norm.weight"));
    String key = sequences(headNorm(parts.get(1), from + "k_norm.weight"));
    String value = sequences(parts.get(2));
    return rotatesInAttention()
        ? List.of(query, key, value)
        : List.of(rotated(query, config.heads()), rotated(key, config.keyValueHeads()), value);
  }

  /** Where the family has it, the norm of every head by itself, {@code [B * S * heads, D]}. */
  private String headNorm(String rows, String weight) {
    if (!config.qkNorm()) {
      return rows;
    }
    String heads = graph.node("Reshape", rows + ".heads", List.of(rows, "shape.heads"));
    return norm(heads, weight, rows + ".normed");
  }

  private String sequences(String rows) {
    return graph.node("Reshape", rows + ".sequences", List.of(rows, "shape.sequences"));
  }

  /** Rotates by {@code cos} and {@code sin}, whose rows are those of {@code x}: [B, S, width]. */
  private String rotated(String x, int heads) {
    return graph.contrib(
        "RotaryEmbedding",
        x + ".rotated",
        List.of(x, "rows.positions", "cos", "sin"),
        attribute("num_heads", heads));
  }

  private String norm(String x, String weight, String output) {
    return graph.node(
        "SimplifiedLayerNormalization",
        output,
        List.of(x, weights.vector(graph, weight)),
        attribute("axis", -1),
        attribute("epsilon", (float) config.rmsNormEps()),
        attribute("stash_type", 1));
  }

  /** Returns the norm of {@code x + residual}, and leaves the sum under {@code sum}. */
  private String skipNorm(String x, String residual, String weight, String output, String sum) {
    String normed = output + ".normed";
    graph.node(
        CONTRIB,
        "SkipSimplifiedLayerNormalization",
        List.of(normed, "", "", sum),
        List.of(x, residual, weights.vector(graph, weight)),
        attribute("epsilon", (float) config.rmsNormEps()));
    return normed;
  }

  private Object[] cacheShape(String places) {
    return Stream.of("batch", config.keyValueHeads(), places, config.headDim()).toArray();
  }
}
