package io.r1reward.onnx.runtime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import io.r1reward.CheckpointException;
import io.r1reward.EngineException;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.onnx.graph.ElementType;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/** Runs the three graphs of a {@link ForeignFolder}. Not thread-safe. */
final class ForeignGraphs implements VisionTower {
  private static final Set<String> GRIDS = Set.of("grid_thw", "image_grid_thw");
  private static final Set<String> DECODER_INPUTS =
      Set.of("inputs_embeds", "attention_mask", "position_ids");

  /** How many logit rows newer exports compute; they take the number as an input. */
  private static final String LOGITS_TO_KEEP = "num_logits_to_keep";

  private final OrtEnvironment environment;
  private final ModelConfig config;
  private final OrtSession vision;
  private final OrtSession embedding;
  private final OrtSession decoder;
  private final boolean splices;
  private final boolean choosesRows;

  private ForeignGraphs(
      OrtEnvironment environment,
      ModelConfig config,
      ForeignFolder folder,
      OrtSession vision,
      OrtSession embedding,
      OrtSession decoder) {
    this.environment = environment;
    this.config = config;
    this.vision = vision;
    this.embedding = embedding;
    this.decoder = decoder;
    Set<String> grid = Sets.intersection(vision.getInputNames(), GRIDS);
    String gridName = grid.isEmpty() ? "image_grid_thw" : grid.iterator().next();
    check(folder.vision(), vision, ImmutableSet.of("pixel_values", gridName), "image_features");
    this.splices = embedding.getInputNames().contains("image_features");
    check(
        folder.embedding(),
        embedding,
        splices ? ImmutableSet.of("input_ids", "image_features") : ImmutableSet.of("input_ids"),
        "inputs_embeds");
    this.choosesRows = decoder.getInputNames().contains(LOGITS_TO_KEEP);
    GraphNames names =
        GraphNames.withCache(
            config.text().layers(),
            choosesRows
                ? Sets.union(DECODER_INPUTS, Set.of(LOGITS_TO_KEEP)).immutableCopy()
                : DECODER_INPUTS);
    GraphNames.check(folder.decoder(), decoder, names);
    checkPositions(folder.decoder());
  }

  /**
   * Opens the graphs.
   *
   * @throws CheckpointException if one of them is not what its name says
   */
  static ForeignGraphs open(
      OrtEnvironment environment, ModelConfig config, ForeignFolder folder, OnnxSettings settings) {
    OrtSession vision = null;
    OrtSession embedding = null;
    OrtSession decoder = null;
    try {
      vision = Sessions.open(environment, folder.vision(), settings, false);
      embedding = Sessions.open(environment, folder.embedding(), settings, false);
      decoder = Sessions.open(environment, folder.decoder(), settings, false);
      return new ForeignGraphs(environment, config, folder, vision, embedding, decoder);
    } catch (RuntimeException e) {
      Sessions.close(vision);
      Sessions.close(embedding);
      Sessions.close(decoder);
      throw e;
    }
  }

  /** Makes an empty cache. */
  StackedCache newCache(int rows) {
    ElementType type = Sessions.type(decoder, "past_key_values.0.key");
    return new StackedCache(environment, config.text(), type, rows);
  }

  /**
   * Runs the vision encoder, which takes patches and leaves embeddings in the processor's order.
   */
  @Override
  public float[] embed(VisionInput input) {
    String grid = Sets.intersection(vision.getInputNames(), GRIDS).iterator().next();
    try (Tensors inputs = new Tensors(environment)) {
      inputs.floats(
          "pixel_values",
          Sessions.type(vision, "pixel_values"),
          input.patches(),
          input.patchCount(),
          input.patches().length / input.patchCount());
      inputs.longs(grid, new long[] {input.gridT(), input.gridH(), input.gridW()}, 1, 3);
      return floats(vision, inputs, "image_features");
    } catch (OrtException e) {
      throw new EngineException("the vision encoder failed: " + e.getMessage(), e);
    }
  }

  /**
   * Looks embeddings up.
   *
   * @param tokens ids, {@code [rows, count]}
   * @param features embeddings that take the places of placeholders, in their order, {@code [n,
   *     hidden]}
   * @return {@code [rows, count, hidden]}
   */
  float[] embeddings(int[] tokens, int rows, float[] features) {
    int width = config.text().hiddenSize();
    try (Tensors inputs = new Tensors(environment)) {
      inputs.longs(
          "input_ids", Arrays.stream(tokens).asLongStream().toArray(), rows, tokens.length / rows);
      if (splices) {
        inputs.floats(
            "image_features",
            Sessions.type(embedding, "image_features"),
            features,
            features.length / width,
            width);
      }
      float[] embeddings = floats(embedding, inputs, "inputs_embeds");
      if (!splices) {
        splice(tokens, features, embeddings, width);
      }
      return embeddings;
    } catch (OrtException e) {
      throw new EngineException("the embedding failed: " + e.getMessage(), e);
    }
  }

  /**
   * Appends tokens to every row of a cache.
   *
   * @param embeddings {@code [rows, count, hidden]}
   * @param positions of the new tokens, {@code [3, rows, count]}
   * @return the logits behind the last token of each row, {@code [rows, vocabulary]}
   */
  float[] decode(float[] embeddings, long[] positions, StackedCache cache) {
    int rows = cache.rows();
    int count = positions.length / 3 / rows;
    int length = cache.length() + count;
    ImmutableList<OnnxTensor> past = ImmutableList.of();
    ImmutableList<OnnxTensor> present = ImmutableList.of();
    try (Tensors inputs = new Tensors(environment)) {
      inputs.floats(
          "inputs_embeds",
          Sessions.type(decoder, "inputs_embeds"),
          embeddings,
          rows,
          count,
          config.text().hiddenSize());
      long[] ones = new long[rows * length];
      Arrays.fill(ones, 1);
      inputs.longs("attention_mask", ones, rows, length);
      inputs.longs("position_ids", positions, 3, rows, count);
      if (choosesRows) {
        inputs.longs(LOGITS_TO_KEEP, new long[] {1});
      }
      past = cache.past();
      present = cache.present(count);
      Map<String, OnnxTensor> outputs = new HashMap<>();
      for (int i = 0; i < past.size(); i++) {
        String part = i / 2 + (i % 2 == 0 ? ".key" : ".value");
        inputs.borrow("past_key_values." + part, past.get(i));
        outputs.put("present." + part, present.get(i));
      }
      try (OrtSession.Result result = decoder.run(inputs.all(), Set.of("logits"), outputs)) {
        float[] last = lastRows((OnnxTensor) result.get("logits").orElseThrow(), rows);
        cache.advance(count);
        return last;
      }
    } catch (OrtException e) {
      throw new EngineException("the decoder failed: " + e.getMessage(), e);
    } finally {
      past.forEach(OnnxTensor::close);
      present.forEach(OnnxTensor::close);
    }
  }

  private float[] lastRows(OnnxTensor logits, int rows) {
    int vocabulary = config.text().vocabularySize();
    FloatBuffer values = logits.getFloatBuffer();
    int perRow = values.remaining() / rows;
    float[] last = new float[rows * vocabulary];
    for (int row = 0; row < rows; row++) {
      values.get((row + 1) * perRow - vocabulary, last, row * vocabulary, vocabulary);
    }
    return last;
  }

  private void splice(int[] tokens, float[] features, float[] embeddings, int width) {
    int next = 0;
    for (int i = 0; i < tokens.length && next < features.length; i++) {
      if (tokens[i] == config.imageTokenId() || tokens[i] == config.videoTokenId()) {
        System.arraycopy(features, next, embeddings, i * width, width);
        next += width;
      }
    }
  }

  private static float[] floats(OrtSession session, Tensors inputs, String output)
      throws OrtException {
    try (OrtSession.Result result = session.run(inputs.all(), Set.of(output))) {
      FloatBuffer values = ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer();
      float[] copy = new float[values.remaining()];
      values.get(copy);
      return copy;
    }
  }

  private static void check(
      Path graph, OrtSession session, ImmutableSet<String> inputs, String output) {
    GraphNames.check(graph, session, new GraphNames(inputs, ImmutableSet.of(output)));
  }

  private void checkPositions(Path graph) {
    try {
      NodeInfo positions = decoder.getInputInfo().get("position_ids");
      Iterator<Long> shape =
          positions == null
              ? ImmutableList.<Long>of().iterator()
              : Arrays.stream(((TensorInfo) positions.getInfo()).getShape()).iterator();
      if (!shape.hasNext() || shape.next() != 3) {
        throw new CheckpointException(
            graph
                + ": position_ids are "
                + (positions == null ? "missing" : positions.getInfo())
                + ", expected [3, batch, sequence] for multimodal positions");
      }
    } catch (OrtException e) {
      throw new EngineException(graph + ": cannot describe its inputs: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    Sessions.close(vision);
    Sessions.close(embedding);
    Sessions.close(decoder);
  }
}
