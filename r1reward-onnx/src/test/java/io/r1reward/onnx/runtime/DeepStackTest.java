package io.r1reward.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtSession;
import com.google.common.primitives.Floats;
import io.r1reward.core.generate.DecoderEngine.PromptState;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.testing.ReferenceCase;
import io.r1reward.onnx.TestExports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the tower adds behind decoder layers, where a prompt is not read in one piece. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeepStackTest {
  @TempDir static Path folder;
  private OnnxEngine engine;

  @BeforeAll
  void open() {
    engine = OnnxEngine.open(TestExports.floats(TestExports.QWEN3, folder), OnnxSettings.cpu());
  }

  @AfterAll
  void close() {
    engine.close();
  }

  @Test
  void reads_chunks_that_end_inside_pictures_and_time_steps_like_the_whole() {
    Prompt prompt = ReferenceCase.of("q3-e-image-then-video").prompts().get(0);
    List<float[]> pieces = new ArrayList<>();

    try (DecoderSession decoder = engine.decoderOver(session())) {
      engine.read(prompt, decoder, 5, chunk -> pieces.add(decoder.run(chunk)));
    }

    assertThat(pieces.size()).isGreaterThan(10);
    float[] chunked = Floats.concat(pieces.toArray(float[][]::new));
    ReferenceParityTest.assertClose(chunked, engine.logits(prompt), 1e-4);
  }

  @Test
  void reads_what_follows_a_shared_picture_like_the_whole() {
    Prompt prompt = ReferenceCase.of("q3-c-two-images").prompts().get(0);
    int[] tokens = prompt.tokens().clone();
    tokens[tokens.length - 3] = 11;
    Prompt other = Prompt.of(tokens, prompt.vision());

    float[] together = last(List.of(prompt, other)).get(1);

    assertThat(together).containsExactly(last(List.of(other)).get(0), within(2e-5f));
    assertThat(together).isNotEqualTo(last(List.of(prompt)).get(0));
  }

  @Test
  void matters_at_placeholders_alone() {
    Prompt prompt = ReferenceCase.of("q3-b-one-image").prompts().get(0);
    List<DeepStack> deep = new ArrayList<>();

    try (DecoderSession decoder = engine.decoderOver(session())) {
      engine.read(prompt, decoder, prompt.length(), chunk -> deep.add(chunk.deep()));
    }

    int[] places = new int[prompt.length()];
    int count = 0;
    for (int i = 0; i < places.length; i++) {
      if (prompt.tokens()[i] == engine.config().imageTokenId()) {
        places[count++] = i;
      }
    }
    assertThat(Arrays.stream(deep.get(0).rows()).mapToInt(Math::toIntExact).toArray())
        .isEqualTo(Arrays.copyOf(places, count));
    assertThat(deep.get(0).values()).hasSize(3 * count * 64); // 3 layers, 64 wide
  }

  private static OrtSession session() {
    return Sessions.open(
        OnnxRuntime.environment(),
        folder.resolve(TestExports.QWEN3).resolve("decoder.onnx"),
        OnnxSettings.cpu(),
        true);
  }

  private List<float[]> last(List<Prompt> prompts) {
    List<PromptState> states = engine.prefill(prompts);
    List<float[]> logits =
        states.stream().map(state -> ((OnnxPromptState) state).logits().clone()).toList();
    states.forEach(PromptState::close);
    return logits;
  }
}
