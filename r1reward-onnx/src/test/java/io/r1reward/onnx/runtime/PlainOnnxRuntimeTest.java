package io.r1reward.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.common.primitives.Floats;
import io.r1reward.core.testing.ReferenceCase;
import io.r1reward.onnx.TestExports;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An export run by ONNX Runtime alone, by the documented names and shapes. */
class PlainOnnxRuntimeTest {
  private static final int LAYERS = 4;
  private static final int HIDDEN = 64;
  private static final int HALF = 8;
  private static final int KEY_VALUE_HEADS = 2;
  private static final int VOCABULARY = 1000;

  @TempDir Path folder;

  @Test
  void runs_a_text_with_nothing_but_the_runtime() throws OrtException {
    Path export = TestExports.floats(TestExports.TINY, folder);
    ReferenceCase reference = ReferenceCase.of("a-text-only");
    float[] embeddings = Floats.concat(reference.rows("inputs_embeds", 0));
    int tokens = embeddings.length / HIDDEN;

    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(export.resolve("decoder.onnx").toString());
        OnnxTensor embeds = floats(environment, embeddings, 1, tokens, HIDDEN);
        OnnxTensor cos = floats(environment, angles(tokens, true), tokens, HALF);
        OnnxTensor sin = floats(environment, angles(tokens, false), tokens, HALF);
        OnnxTensor last = OnnxTensor.createTensor(environment, new int[] {tokens - 1});
        OnnxTensor total = OnnxTensor.createTensor(environment, tokens);
        OnnxTensor rows = OnnxTensor.createTensor(environment, new long[] {tokens - 1});
        OnnxTensor past = floats(environment, new float[0], 1, KEY_VALUE_HEADS, 0, 2 * HALF)) {
      Map<String, OnnxTensor> inputs = new HashMap<>();
      inputs.put("inputs_embeds", embeds);
      inputs.put("cos", cos);
      inputs.put("sin", sin);
      inputs.put("seqlens_k", last);
      inputs.put("total_sequence_length", total);
      inputs.put("logit_rows", rows);
      for (int layer = 0; layer < LAYERS; layer++) {
        inputs.put("past_key_values." + layer + ".key", past);
        inputs.put("past_key_values." + layer + ".value", past);
      }
      try (OrtSession.Result result = session.run(inputs)) {
        float[][] logits = (float[][]) result.get("logits").orElseThrow().getValue();
        OnnxTensor present = (OnnxTensor) result.get("present.3.value").orElseThrow();

        assertThat(present.getInfo().getShape())
            .containsExactly(1, KEY_VALUE_HEADS, tokens, 2 * HALF);
        float[] expected = reference.rows("logits", 0)[tokens - 1];
        for (int i = 0; i < VOCABULARY; i++) {
          assertThat((double) logits[0][i]).isCloseTo(expected[i], within(1e-4));
        }
      }
    }
  }

  /** Angles of text: position times 1000000^(-i / 8), the same for time, height and width. */
  private static float[] angles(int tokens, boolean cosines) {
    float[] values = new float[tokens * HALF];
    for (int at = 0; at < values.length; at++) {
      int position = at / HALF;
      double angle = position * Math.pow(1_000_000, -(at % HALF) / (double) HALF);
      values[at] = (float) (cosines ? Math.cos(angle) : Math.sin(angle));
    }
    return values;
  }

  private static OnnxTensor floats(OrtEnvironment environment, float[] values, long... shape)
      throws OrtException {
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
  }
}
