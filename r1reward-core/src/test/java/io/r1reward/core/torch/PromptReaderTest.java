package io.r1reward.core.torch;

import static io.r1reward.core.testing.AlikePrompts.assertEqual;
import static io.r1reward.core.testing.AlikePrompts.continued;
import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.core.generate.DecoderEngine.PromptState;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.testing.AlikePrompts;
import io.r1reward.core.testing.ProcessorDependent;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.ReferenceCase;
import io.r1reward.core.testing.TestDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is known of a prompt changes no bit of what comes after it. */
@ProcessorDependent
class PromptReaderTest {
  private static final Path CHECKPOINT = Reference.path("qwen25vl-tiny-tied");
  private static final long PLENTY = 64 << 20;
  private static final int BLOCK =
      TestDevice.isCpu() ? PromptReader.CPU_BLOCK : PromptReader.GPU_BLOCK;

  private static TorchEngine open(String dtype, String weights, int threads, long cacheBytes) {
    return TorchEngine.open(
        CHECKPOINT,
        TorchSettings.of(Engines.DEVICE, dtype, weights, threads).withPrefixCache(cacheBytes));
  }

  @ParameterizedTest
  @CsvSource({"float32, packed, 1", "float32, fused, 2", "bfloat16, packed, 2"})
  void warm_cache_gives_the_bits_of_a_cold_one(String dtype, String weights, int threads) {
    List<Prompt> prompts = alike();
    List<float[][]> cold = new ArrayList<>();
    try (TorchEngine engine = open(dtype, weights, threads, 0)) {
      for (Prompt prompt : prompts) {
        cold.add(continued(engine, engine.prefill(List.of(prompt)).get(0)));
      }
    }
    try (TorchEngine engine = open(dtype, weights, threads, PLENTY)) {
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < prompts.size(); i++) {
          PromptState state = engine.prefill(List.of(prompts.get(i))).get(0);
          assertThat(state.reused())
              .as("prompt %d, round %d", i, round)
              .isEqualTo(round == 1 ? prompts.get(i).length() : known(prompts.subList(0, i + 1)));
          assertEqual(continued(engine, state), cold.get(i), i);
        }
      }
      List<PromptState> together = engine.prefill(prompts);
      for (int i = 0; i < prompts.size(); i++) {
        assertEqual(continued(engine, together.get(i)), cold.get(i), i);
      }
    }
  }

  @Test
  void prompts_of_one_call_share_what_they_begin_with_without_a_cache() {
    List<Prompt> prompts = alike();
    try (TorchEngine engine = open("float32", "auto", 1, 0)) {
      int atRest = engine.arrays();
      List<PromptState> states = engine.prefill(prompts);
      for (int i = 0; i < prompts.size(); i++) {
        assertThat(states.get(i).reused()).isEqualTo(known(prompts.subList(0, i + 1)));
      }
      states.forEach(PromptState::close);
      assertThat(engine.arrays()).isEqualTo(atRest);
    }
  }

  @Test
  void pictures_count_by_what_they_show() {
    ReferenceCase reference = ReferenceCase.of("b-one-image-140x196");
    Prompt prompt = reference.prompts().get(0);
    Prompt same = Prompt.of(prompt.tokens(), List.of(copy(prompt, 0)));
    Prompt other = Prompt.of(prompt.tokens(), List.of(copy(prompt, 1)));
    try (TorchEngine engine =
        TorchEngine.open(
            reference.checkpoint(),
            TorchSettings.of(Engines.DEVICE, "float32", "auto", 1).withPrefixCache(PLENTY))) {
      assertThat(engine.prefill(List.of(prompt)).get(0).reused()).isZero();
      assertThat(engine.prefill(List.of(same)).get(0).reused()).isEqualTo(prompt.length());
      assertThat(engine.prefill(List.of(other)).get(0).reused()).isZero();
    }
  }

  @Test
  void hidden_states_behind_a_known_beginning_are_the_same() {
    List<Prompt> prompts = alike();
    try (TorchEngine cold = open("float32", "auto", 1, 0);
        TorchEngine warm = open("float32", "auto", 1, PLENTY)) {
      warm.prefill(prompts).forEach(PromptState::close);
      for (Prompt prompt : prompts) {
        assertThat(warm.lastHidden(List.of(prompt)).get(0))
            .containsExactly(cold.lastHidden(List.of(prompt)).get(0));
      }
    }
  }

  /** Prompts that share 0, 256, 257 and 515 tokens with those before, and the beginning of one. */
  private static List<Prompt> alike() {
    return AlikePrompts.of(
        new int[][] {{520, 520}, {300, 256}, {300, 257}, {560, 515}, {512, 512}});
  }

  /** Whole blocks that the last prompt has in common with one before it. */
  private static int known(List<Prompt> prompts) {
    Prompt last = prompts.get(prompts.size() - 1);
    int most = 0;
    for (Prompt before : prompts.subList(0, prompts.size() - 1)) {
      int common = Arrays.mismatch(before.tokens(), last.tokens());
      int whole =
          Math.min(
              common < 0 ? last.length() : common, Math.min(before.length(), last.length()) - 1);
      most = Math.max(most, whole / BLOCK * BLOCK);
    }
    return most;
  }

  private static VisionInput copy(Prompt prompt, float added) {
    VisionInput input = prompt.vision().get(0);
    float[] patches = input.patches().clone();
    patches[0] += added;
    return new VisionInput(
        input.kind(), patches, input.gridT(), input.gridH(), input.gridW(), input.secondsPerGrid());
  }
}
