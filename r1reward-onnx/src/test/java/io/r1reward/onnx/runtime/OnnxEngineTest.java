package io.r1reward.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.Floats;
import io.r1reward.core.generate.DecodeBatch;
import io.r1reward.core.generate.DecoderEngine.PromptState;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.testing.ReferenceCase;
import io.r1reward.onnx.TestExports;
import io.r1reward.onnx.export.ExportOptions;
import io.r1reward.onnx.export.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OnnxEngineTest {
  private static final Decoding GREEDY = Decoding.greedy(64, ImmutableSet.of());
  private static final int[] WATCHED = {3, 500, 999};

  @TempDir static Path folder;
  private OnnxEngine engine;

  @BeforeAll
  void open() {
    engine = OnnxEngine.open(TestExports.floats(TestExports.TINY, folder), OnnxSettings.cpu());
  }

  @AfterAll
  void close() {
    engine.close();
  }

  @Test
  void computes_what_prompts_share_once_and_the_same() {
    Prompt picture = ReferenceCase.of("d-two-images").prompts().get(0);
    Prompt otherEnd = ending(picture, 11, 12, 13);
    Prompt shorter = Prompt.of(Arrays.copyOf(picture.tokens(), 84), picture.vision());
    List<Prompt> prompts = List.of(picture, otherEnd, picture, shorter);

    List<float[]> together = first(engine.prefill(prompts));

    for (int i = 0; i < prompts.size(); i++) {
      float[] alone = first(engine.prefill(List.of(prompts.get(i)))).get(0);
      assertThat(together.get(i)).containsExactly(alone, within(2e-5f));
    }
    assertThat(together.get(1)[0]).isNotCloseTo(together.get(0)[0], within(1e-3f));
  }

  @Test
  void does_not_take_over_the_cache_of_another_picture() {
    Prompt one = ReferenceCase.of("b-one-image-140x196").prompts().get(0);
    float[] patches = one.vision().get(0).patches().clone();
    Arrays.fill(patches, 0, patches.length / 2, 0.5f);
    var input = one.vision().get(0);
    var changed =
        new VisionInput(
            input.kind(),
            patches,
            input.gridT(),
            input.gridH(),
            input.gridW(),
            input.secondsPerGrid());
    Prompt other = Prompt.of(one.tokens(), List.of(changed));

    float[] behindOne = first(engine.prefill(List.of(one, other))).get(1);
    float[] alone = first(engine.prefill(List.of(other))).get(0);

    assertThat(behindOne).containsExactly(alone, within(2e-5f));
  }

  @Test
  void reads_a_prompt_of_several_chunks_like_one() {
    int[] tokens = new int[1500];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = i * 37 % 900;
    }
    Prompt prompt = Prompt.ofTokens(tokens);

    float[] inChunks = first(engine.prefill(List.of(prompt))).get(0);

    float[] logits = engine.logits(prompt);
    float[] last = Arrays.copyOfRange(logits, logits.length - 1000, logits.length);
    double max = Float.NEGATIVE_INFINITY;
    double sum = 0;
    for (float logit : last) {
      max = Math.max(max, logit);
    }
    for (float logit : last) {
      sum += Math.exp(logit - max);
    }
    for (int i = 0; i < WATCHED.length; i++) {
      float expected = (float) (last[WATCHED[i]] - max - Math.log(sum));
      assertThat(inChunks[i]).isCloseTo(expected, within(1e-4f));
    }
  }

  @Test
  void rows_come_and_go_while_others_are_decoded() {
    Prompt text = ReferenceCase.of("a-text-only").prompts().get(0);
    Prompt picture = ReferenceCase.of("b-one-image-140x196").prompts().get(0);
    int[] ofText = ReferenceCase.of("a-text-only").generated("greedy_no_eos", 0);
    int[] ofPicture = ReferenceCase.of("b-one-image-140x196").generated("greedy_no_eos", 0);
    List<PromptState> states = engine.prefill(List.of(text, picture));
    List<Integer> left = new ArrayList<>();
    List<Integer> came = new ArrayList<>();
    try (DecodeBatch batch = engine.newBatch(3)) {
      batch.add(states.get(0), GREEDY, WATCHED);
      batch.add(states.get(0), GREEDY, WATCHED);
      batch.step(new double[2]);
      batch.remove(0); // the other row takes its place
      batch.add(states.get(1), GREEDY, WATCHED);
      batch.add(states.get(0), GREEDY, WATCHED);
      left.add(ofText[0]);
      states.forEach(PromptState::close);
      for (int i = 0; i < 20; i++) {
        int[] tokens = batch.step(new double[batch.rows()]).tokens();
        left.add(tokens[0]);
        came.add(tokens[1]);
        if (i == 5) {
          batch.remove(2);
        }
      }
      assertThat(left).containsExactlyElementsOf(asList(ofText, 21));
      assertThat(came).containsExactlyElementsOf(asList(ofPicture, 20));
    }
  }

  @Test
  void a_quantised_row_is_the_same_whatever_is_beside_it() throws IOException {
    Path parent = Files.createDirectory(folder.resolve("quantised"));
    Path export =
        TestExports.export(TestExports.TINY, parent, ExportOptions.builder(Precision.INT4).build());
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      prompts.add(Prompt.ofTokens(Arrays.copyOf(new int[] {7, i, 300, 5 * i, 11, 2, 9}, 3 + i)));
    }
    try (OnnxEngine quantised = OnnxEngine.open(export, OnnxSettings.cpu())) {
      List<float[]> together = watched(quantised, prompts);
      for (int i = 0; i < prompts.size(); i++) {
        assertThat(watched(quantised, List.of(prompts.get(i))).get(0))
            .containsExactly(together.get(i));
      }
    }
  }

  @Test
  void refuses_more_rows_than_the_batch_has() {
    List<PromptState> states = engine.prefill(List.of(Prompt.ofTokens(1, 2)));
    try (DecodeBatch batch = engine.newBatch(1)) {
      batch.add(states.get(0), GREEDY, WATCHED);
      assertThatThrownBy(() -> batch.add(states.get(0), GREEDY, WATCHED))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the batch has 1 rows, all in use");
    } finally {
      states.get(0).close();
    }
  }

  /** Returns the watched log-probabilities of every prompt's first six tokens. */
  private static List<float[]> watched(OnnxEngine engine, List<Prompt> prompts) {
    List<PromptState> states = engine.prefill(prompts);
    List<float[]> watched = new ArrayList<>();
    try (DecodeBatch batch = engine.newBatch(states.size())) {
      states.forEach(state -> batch.add(state, GREEDY, WATCHED));
      states.forEach(state -> watched.add(new float[0]));
      for (int step = 0; step < 6; step++) {
        float[][] rows = batch.step(new double[states.size()]).watched();
        for (int i = 0; i < rows.length; i++) {
          watched.set(i, Floats.concat(watched.get(i), rows[i]));
        }
      }
      return watched;
    } finally {
      states.forEach(PromptState::close);
    }
  }

  /** Returns the watched log-probabilities of every prompt's first token. */
  private List<float[]> first(List<PromptState> states) {
    try (DecodeBatch batch = engine.newBatch(states.size())) {
      states.forEach(state -> batch.add(state, GREEDY, WATCHED));
      return List.of(batch.step(new double[states.size()]).watched());
    } finally {
      states.forEach(PromptState::close);
    }
  }

  private static Prompt ending(Prompt prompt, int... last) {
    int[] tokens = prompt.tokens().clone();
    System.arraycopy(last, 0, tokens, tokens.length - last.length, last.length);
    return Prompt.of(tokens, prompt.vision());
  }

  private static List<Integer> asList(int[] values, int count) {
    return Arrays.stream(values).limit(count).boxed().toList();
  }
}
