package io.r1reward.onnx.runtime;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.common.collect.ImmutableList;
import io.r1reward.CheckpointException;
import io.r1reward.EngineException;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.TextConfig;
import io.r1reward.onnx.graph.ElementType;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Runs the decoder's graph (see {@link io.r1reward.onnx.graph.DecoderGraph}) over a cache that it
 * changes in place. Not thread-safe.
 */
final class DecoderSession implements AutoCloseable {
  private static final Set<String> LOGITS = Set.of("logits");

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final TextConfig config;
  private final int deepLayers;
  private final ElementType type;
  private final int leastRows;

  /**
   * A decoder.
   *
   * @param leastRows see {@link #leastRows()}
   */
  DecoderSession(
      OrtEnvironment environment,
      OrtSession session,
      ModelConfig model,
      ElementType type,
      int leastRows) {
    this.environment = environment;
    this.session = session;
    this.config = model.text();
    this.deepLayers = model.vision().deepStackBlocks().length();
    this.type = type;
    this.leastRows = leastRows;
  }

  /**
   * Returns the fewest rows of matrices with which a row's numbers are those that it has beside
   * others: 1, or 2 where this machine multiplies a single row by another kernel.
   */
  int leastRows() {
    return leastRows;
  }

  /** Makes a cache for this decoder. */
  KvCache newCache(int rows, int places) {
    return new KvCache(environment, config, type, rows, places);
  }

  /** Appends tokens, and returns the wanted logits, {@code [wanted, vocabulary]}. */
  float[] run(NewTokens tokens) {
    return requireNonNull(values(tokens, LOGITS).get("logits"));
  }

  /**
   * Appends tokens, and returns the wanted hidden states behind the final norm, {@code [wanted,
   * hidden]}.
   *
   * @throws CheckpointException if the graph was exported before it had that output
   */
  float[] hidden(NewTokens tokens) {
    if (!session.getOutputNames().contains("hidden")) {
      throw new CheckpointException(
          "the export gives no hidden states, which a value head takes; export the model again");
    }
    return requireNonNull(values(tokens, Set.of("hidden")).get("hidden"));
  }

  /**
   * Appends tokens, and returns the wanted logits, {@code [wanted, vocabulary]}, at the beginning
   * of an array that is used again where it is long enough.
   */
  float[] run(NewTokens tokens, float[] reused) {
    return requireNonNull(
        values(tokens, LOGITS, size -> size <= reused.length ? reused : new float[size])
            .get("logits"));
  }

  /** Appends tokens, and returns values of the graph by name. */
  Map<String, float[]> values(NewTokens tokens, Set<String> names) {
    return values(tokens, names, float[]::new);
  }

  private Map<String, float[]> values(
      NewTokens tokens, Set<String> names, IntFunction<float[]> arrays) {
    int rows = tokens.rows();
    int count = tokens.count();
    int[] lastPlaces = new int[rows];
    int longest = 0;
    for (int row = 0; row < rows; row++) {
      lastPlaces[row] = tokens.lengths()[row] - 1;
      longest = Math.max(longest, tokens.lengths()[row]);
    }
    RotaryAngles angles = tokens.angles();
    try (Tensors inputs = new Tensors(environment)) {
      inputs.floats("inputs_embeds", type, tokens.embeddings(), rows, count, config.hiddenSize());
      inputs.floats("cos", type, angles.cos(), angles.rows(), angles.half());
      inputs.floats("sin", type, angles.sin(), angles.rows(), angles.half());
      inputs.integers("seqlens_k", lastPlaces, rows);
      inputs.integers("total_sequence_length", new int[] {longest});
      inputs.longs("logit_rows", tokens.wanted(), tokens.wanted().length);
      if (deepLayers > 0) {
        DeepStack deep = tokens.deep();
        int places = deep.rows().length;
        inputs.floats("deepstack", type, deep.values(), deepLayers, places, config.hiddenSize());
        inputs.longs("deepstack_rows", deep.rows(), places, 1);
      }
      Map<String, OnnxTensor> inPlace = new HashMap<>();
      ImmutableList<OnnxTensor> tensors = tokens.cache().tensors(rows);
      for (int layer = 0; layer < config.layers(); layer++) {
        share(inputs, inPlace, layer + ".key", tensors.get(2 * layer));
        share(inputs, inPlace, layer + ".value", tensors.get(2 * layer + 1));
      }
      Map<String, float[]> values = new HashMap<>();
      try (OrtSession.RunOptions options =
              count > 1 ? Sessions.givingMemoryBack() : new OrtSession.RunOptions();
          OrtSession.Result result = session.run(inputs.all(), names, inPlace, options)) {
        for (String name : names) {
          FloatBuffer buffer = ((OnnxTensor) result.get(name).orElseThrow()).getFloatBuffer();
          int size = buffer.remaining();
          float[] copy = arrays.apply(size);
          buffer.get(copy, 0, size);
          values.put(name, copy);
        }
      }
      return values;
    } catch (OrtException e) {
      throw new EngineException("the decoder failed: " + e.getMessage(), e);
    }
  }

  private static void share(
      Tensors inputs, Map<String, OnnxTensor> outputs, String part, OnnxTensor tensor) {
    inputs.borrow("past_key_values." + part, tensor);
    outputs.put("present." + part, tensor);
  }

  @Override
  public void close() {
    Sessions.close(session);
  }
}
