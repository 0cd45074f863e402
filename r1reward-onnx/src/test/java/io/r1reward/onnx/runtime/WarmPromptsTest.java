package io.r1reward.onnx.runtime;

import static io.r1reward.core.testing.AlikePrompts.assertEqual;
import static io.r1reward.core.testing.AlikePrompts.continued;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import io.r1reward.core.generate.DecoderEngine.PromptState;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.testing.AlikePrompts;
import io.r1reward.core.testing.ReferenceCase;
import io.r1reward.onnx.TestExports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is known of a prompt changes no bit of what comes after it. */
class WarmPromptsTest {
  private static final long PLENTY = 64 << 20;

  @TempDir Path folder;

  private static OnnxEngine open(Path export, long cacheBytes) {
    return OnnxEngine.open(export, new OnnxSettings("cpu", 1, true, cacheBytes, ImmutableMap.of()));
  }

  /** The first has more than two blocks; others share 256, 257 and 515 tokens with it. */
  private static List<Prompt> alike() {
    return AlikePrompts.of(new int[][] {{520, 520}, {300, 256}, {257, 257}, {560, 515}});
  }

  @Test
  void warm_cache_gives_the_bits_of_a_cold_one() {
    Path export = TestExports.floats(TestExports.TINY, folder);
    List<Prompt> prompts = alike();
    List<float[][]> cold = new ArrayList<>();
    List<float[]> hidden;
    try (OnnxEngine engine = open(export, 0)) {
      for (Prompt prompt : prompts) {
        PromptState state = engine.prefill(List.of(prompt)).get(0);
        assertThat(state.reused()).isZero();
        cold.add(continued(engine, state));
      }
      List<PromptState> together = engine.prefill(prompts);
      assertThat(together)
          .extracting(PromptState::reused)
          .as("prompts of one call share without a cache")
          .containsExactly(0, 256, 256, 512);
      for (int i = 0; i < prompts.size(); i++) {
        assertEqual(continued(engine, together.get(i)), cold.get(i), i);
      }
      hidden = engine.lastHidden(prompts);
    }
    try (OnnxEngine engine = open(export, PLENTY)) {
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < prompts.size(); i++) {
          PromptState state = engine.prefill(List.of(prompts.get(i))).get(0);
          assertThat(state.reused())
              .isEqualTo(round == 1 ? prompts.get(i).length() : i == 0 ? 0 : i == 3 ? 512 : 256);
          assertEqual(continued(engine, state), cold.get(i), i);
        }
      }
      List<float[]> known = engine.lastHidden(prompts);
      for (int i = 0; i < prompts.size(); i++) {
        assertThat(known.get(i)).containsExactly(hidden.get(i));
      }
    }
  }

  @Test
  void picture_that_was_read_is_not_embedded_again() {
    ReferenceCase reference = ReferenceCase.of("b-one-image-140x196");
    Prompt prompt = reference.prompts().get(0);
    Path export = TestExports.floats(TestExports.TINY, folder);
    try (OnnxEngine engine = open(export, PLENTY)) {
      float[][] first = continued(engine, engine.prefill(List.of(prompt)).get(0));
      PromptState again = engine.prefill(List.of(prompt)).get(0);
      assertThat(again.reused()).isEqualTo(prompt.length());
      assertEqual(continued(engine, again), first, 0);
    }
  }
}
