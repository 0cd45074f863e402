package io.r1reward.onnx.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.common.collect.ImmutableList;
import io.r1reward.EngineException;
import io.r1reward.core.checkpoint.TextConfig;
import io.r1reward.onnx.graph.ElementType;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Runs the decoder's graph (see {@link io.r1reward.onnx.graph.DecoderGraph}) over a cache that it
 * changes in place. Not thread-safe.
 */
final class DecoderSession implements AutoCloseable {
  private static final Set<String> LOGITS = Set.of("logits");

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final TextConfig config;
  private final ElementType type;

  DecoderSession(
      OrtEnvironment environment, OrtSession session, TextConfig config, ElementType type) {
    this.environment = environment;
    this.session = session;
    this.config = config;
    this.type = type;
  }

  /** Makes a cache for this decoder. */
  KvCache newCache(int rows, int places) {
    return new KvCache(environment, config, type, rows, places);
  }

  /**
   * Appends tokens to the first rows of a cache.
   *
   * @param embeddings of the new tokens, {@code [rows, count, hidden]}
   * @param angles of the new tokens, {@code [rows * count, headDim / 2]}
   * @param lengths tokens that each row has behind this, {@code [rows]}; each at most the cache's
   *     places
   * @param wanted rows of {@code rows * count} whose logits are wanted
   * @return logits, {@code [wanted, vocabulary]}
   */
  float[] run(
      float[] embeddings, RotaryAngles angles, int[] lengths, long[] wanted, KvCache cache) {
    int rows = lengths.length;
    int count = embeddings.length / config.hiddenSize() / rows;
    int[] lastPlaces = new int[rows];
    int longest = 0;
    for (int row = 0; row < rows; row++) {
      lastPlaces[row] = lengths[row] - 1;
      longest = Math.max(longest, lengths[row]);
    }
    try (Tensors inputs = new Tensors(environment)) {
      inputs.floats("inputs_embeds", type, embeddings, rows, count, config.hiddenSize());
      inputs.floats("cos", type, angles.cos(), (long) rows * count, angles.half());
      inputs.floats("sin", type, angles.sin(), (long) rows * count, angles.half());
      inputs.integers("seqlens_k", lastPlaces, rows);
      inputs.integers("total_sequence_length", new int[] {longest});
      inputs.longs("logit_rows", wanted, wanted.length);
      Map<String, OnnxTensor> inPlace = new HashMap<>();
      ImmutableList<OnnxTensor> tensors = cache.tensors(rows);
      for (int layer = 0; layer < config.layers(); layer++) {
        share(inputs, inPlace, layer + ".key", tensors.get(2 * layer));
        share(inputs, inPlace, layer + ".value", tensors.get(2 * layer + 1));
      }
      try (OrtSession.Result result = session.run(inputs.all(), LOGITS, inPlace)) {
        OnnxTensor logits = (OnnxTensor) result.get("logits").orElseThrow();
        FloatBuffer values = logits.getFloatBuffer();
        float[] copy = new float[values.remaining()];
        values.get(copy);
        return copy;
      }
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
