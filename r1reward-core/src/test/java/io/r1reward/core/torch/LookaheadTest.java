package io.r1reward.core.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.common.collect.ImmutableSet;
import io.r1reward.core.generate.BatchingGenerator;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.DecodeBatch;
import io.r1reward.core.generate.DecodeBatch.Step;
import io.r1reward.core.generate.DecoderEngine.PromptState;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.testing.ProcessorDependent;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.TestDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guesses change the time, and no bit of what comes out. */
@ProcessorDependent
class LookaheadTest {
  private static final Path CHECKPOINT = Reference.path("qwen25vl-tiny-tied");
  private static final int STEPS = 20;
  private static final int[] WATCHED = IntStream.range(0, 900).toArray();
  private static final List<Decoding> RULES =
      List.of(
          decoding(0, 0, 1, 1),
          decoding(1, 0, 1, 1),
          decoding(0.7, 20, 0.9, 1.3),
          decoding(0, 0, 1, 1.2),
          decoding(1, 50, 1, 1));

  private static Decoding decoding(double temperature, int topK, double topP, double penalty) {
    return new Decoding(temperature, topK, topP, 0, penalty, STEPS, ImmutableSet.of());
  }

  private static double uniform(int row, int token) {
    return new Random(row * 1000L + token).nextDouble();
  }

  private static PromptState state(TorchEngine engine, int seed, int length) {
    int[] tokens = new Random(seed).ints(length, 0, 700).toArray();
    return engine.prefill(List.of(Prompt.ofTokens(tokens))).get(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bfloat16", "float32"})
  void rows_with_guesses_give_the_bits_of_one_token_after_the_other(String dtype) {
    assumeThat(TestDevice.isCpu()).as("a GPU's rows take no guesses").isTrue();
    try (TorchEngine engine = Engines.open(CHECKPOINT, dtype, "packed")) {
      List<PromptState> prompts = List.of(state(engine, 1, 40), state(engine, 2, 300));
      int rows = RULES.size();
      List<List<Step>> alone = new ArrayList<>();
      for (int row = 0; row < rows; row++) {
        List<Step> steps = new ArrayList<>();
        try (DecodeBatch batch = engine.newBatch(1)) {
          batch.add(prompts.get(row % 2), RULES.get(row), WATCHED);
          for (int token = 0; token < STEPS; token++) {
            steps.add(batch.step(new double[] {uniform(row, token)}));
          }
        }
        alone.add(steps);
      }
      Random random = new Random(3);
      int[] lengths = new int[rows];
      int ahead = 0;
      try (DecodeBatch batch = engine.newBatch(rows)) {
        for (int row = 0; row < rows; row++) {
          batch.add(prompts.get(row % 2), RULES.get(row), WATCHED);
        }
        while (Arrays.stream(lengths).min().orElseThrow() < STEPS - 7) {
          int[][] guesses = new int[rows][];
          double[][] uniforms = new double[rows][];
          for (int row = 0; row < rows; row++) {
            int begin = lengths[row];
            int count = Math.min(random.nextInt(6), Math.max(0, STEPS - begin - 1));
            guesses[row] = new int[count];
            uniforms[row] = new double[count + 1];
            for (int i = 0; i <= count; i++) {
              uniforms[row][i] = uniform(row, begin + i);
              if (i < count) { // one of eight is wrong
                int right = alone.get(row).get(begin + i).tokens()[0];
                guesses[row][i] = random.nextInt(8) == 0 ? (right + 1) % 700 : right;
              }
            }
          }
          List<Step> steps = batch.stepAhead(uniforms, guesses);
          for (int row = 0; row < rows; row++) {
            Step step = steps.get(row);
            for (int i = 0; i < step.tokens().length && lengths[row] + i < STEPS; i++) {
              Step expected = alone.get(row).get(lengths[row] + i);
              assertThat(step.tokens()[i])
                  .as("%s, token %d", RULES.get(row), lengths[row] + i)
                  .isEqualTo(expected.tokens()[0]);
              assertThat(step.watched()[i]).containsExactly(expected.watched()[0]);
            }
            lengths[row] += step.tokens().length;
            ahead += step.tokens().length - 1;
          }
        }
      }
      assertThat(ahead).isGreaterThan(30);
      prompts.forEach(PromptState::close);
    }
  }

  @Test
  void completions_are_the_same_with_and_without() {
    List<Completion> plain = completions(false);
    List<Completion> ahead = completions(true);
    for (int i = 0; i < plain.size(); i++) {
      assertThat(ahead.get(i).tokens()).containsExactly(plain.get(i).tokens());
      assertThat(ahead.get(i).logProbabilities()).containsExactly(plain.get(i).logProbabilities());
      assertThat(ahead.get(i).finishReason()).isEqualTo(plain.get(i).finishReason());
    }
    assertThat(plain).allMatch(completion -> completion.tokensAhead() == 0);
    assertThat(ahead.stream().mapToInt(Completion::tokensAhead).sum() > 0)
        .isEqualTo(TestDevice.isCpu());
  }

  private static List<Completion> completions(boolean lookahead) {
    int[] repeated = new int[60];
    Arrays.setAll(repeated, i -> 30 + i % 7);
    List<Completion> all = new ArrayList<>();
    try (Generator generator =
        BatchingGenerator.open(
            () -> Engines.open(CHECKPOINT, "float32", "packed"), 3, 20, lookahead)) {
      for (Decoding rule : List.of(decoding(0, 0, 1, 1), decoding(0.3, 0, 1, 1.05))) {
        Decoding longer =
            new Decoding(
                rule.temperature(), 0, 1, 0, rule.repetitionPenalty(), 60, ImmutableSet.of(5));
        all.addAll(
            generator.generate(
                GenerationRequest.of(List.of(Prompt.ofTokens(repeated)), 2, longer, 11)));
      }
    }
    return all;
  }

  @Test
  void rows_that_hold_copies_of_their_prompts_refuse_guesses() {
    try (TorchEngine engine = Engines.open(CHECKPOINT, "float32", "fused");
        DecodeBatch batch = engine.newBatch(1, false);
        PromptState prompt = state(engine, 5, 12)) {
      batch.add(prompt, RULES.get(0), WATCHED);
      batch.stepAhead(new double[1][1], new int[1][0]);
      assertThatThrownBy(() -> batch.stepAhead(new double[1][2], new int[][] {{3}}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no guesses");
    }
  }

  @Test
  void weights_whose_rows_depend_on_each_other_are_not_guessed_for() {
    try (TorchEngine packed = Engines.open(CHECKPOINT, "float32", "packed");
        DecodeBatch batch = packed.newBatch(1);
        DecodeBatch copying = packed.newBatch(1, false)) {
      assertThat(copying.looksAhead()).as("prompts that are copied").isFalse();
      PromptState state = state(packed, 4, 30);
      float[] alone = logits(packed, state, 1)[0];
      boolean same = true;
      for (int rows = 2; rows < 8; rows++) {
        for (float[] row : logits(packed, state, rows)) {
          same &= Arrays.equals(row, alone);
        }
      }
      assertThat(batch.looksAhead()).isEqualTo(same);
      state.close();
    }
  }

  private static float[][] logits(TorchEngine engine, PromptState state, int rows) {
    try (DecodeBatch batch = engine.newBatch(rows)) {
      for (int row = 0; row < rows; row++) {
        batch.add(state, Decoding.greedy(2, ImmutableSet.of()), WATCHED);
      }
      batch.step(new double[rows]);
      return batch.step(new double[rows]).watched();
    }
  }
}
