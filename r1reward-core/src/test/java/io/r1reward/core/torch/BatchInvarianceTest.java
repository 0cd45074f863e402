package io.r1reward.core.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.common.collect.ImmutableSet;
import io.r1reward.core.generate.DecodeBatch;
import io.r1reward.core.generate.DecodeBatch.Step;
import io.r1reward.core.generate.DecoderEngine.PromptState;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.testing.ProcessorDependent;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.TestDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A row's log-probabilities are the same bits whatever stands beside it, in bfloat16, too. */
@ProcessorDependent
class BatchInvarianceTest {
  private static final int VOCABULARY = 900;
  private static final int STEPS = 12;

  @ParameterizedTest
  @ValueSource(strings = {"bfloat16", "float32"})
  void rows_of_a_batch_give_the_bits_they_give_alone(String dtype) {
    assumeThat(TestDevice.isCpu()).as("on a GPU sums depend on the batch").isTrue();
    int[] watched = IntStream.range(0, VOCABULARY).toArray();
    Decoding decoding = new Decoding(1, 0, 1, 0, 1, STEPS, ImmutableSet.of());
    Random random = new Random(3);
    try (TorchEngine engine = Engines.open(Reference.path("qwen25vl-tiny-tied"), dtype, "packed")) {
      List<PromptState> prompts = new ArrayList<>();
      for (int length : new int[] {5, 60, 100, 513, 150, 61, 505, 45}) {
        Prompt prompt = Prompt.ofTokens(random.ints(length, 0, 700).toArray());
        prompts.add(engine.prefill(List.of(prompt)).get(0));
      }
      float[][][] alone = new float[prompts.size()][STEPS][];
      for (int i = 0; i < alone.length; i++) {
        try (DecodeBatch batch = engine.newBatch(1)) {
          batch.add(prompts.get(i), decoding, watched);
          for (int step = 0; step < STEPS; step++) {
            alone[i][step] = batch.step(new double[] {uniform(i, step)}).watched()[0];
          }
        }
      }
      try (DecodeBatch batch = engine.newBatch(8)) {
        for (int joined = 0, time = 0; time < STEPS + 3; time++) {
          for (int i = 0; i < 2 && joined < prompts.size(); i++) {
            batch.add(prompts.get(joined++), decoding, watched);
          }
          int now = time;
          double[] uniforms =
              IntStream.range(0, joined).mapToDouble(i -> uniform(i, now - i / 2)).toArray();
          float[][] together = batch.step(uniforms).watched();
          for (int i = 0; i < joined; i++) {
            if (time - i / 2 < STEPS) {
              assertThat(together[i])
                  .as("row %d, its step %d", i, time - i / 2)
                  .containsExactly(alone[i][time - i / 2]);
            }
          }
        }
      }
      prompts.forEach(PromptState::close);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bfloat16", "float32"})
  void rows_that_share_prompts_give_the_bits_they_give_alone(String dtype) {
    assumeThat(TestDevice.isCpu()).as("on a GPU sums depend on the batch").isTrue();
    int[] watched = IntStream.range(0, VOCABULARY).toArray();
    Decoding decoding = new Decoding(1, 0, 1, 0, 1, STEPS, ImmutableSet.of());
    Random random = new Random(4);
    try (TorchEngine engine = Engines.open(Reference.path("qwen25vl-tiny-tied"), dtype, "packed")) {
      List<PromptState> prompts = new ArrayList<>();
      for (int length : new int[] {40, 513, 61}) {
        Prompt prompt = Prompt.ofTokens(random.ints(length, 0, 700).toArray());
        prompts.add(engine.prefill(List.of(prompt)).get(0));
      }
      // rows of one prompt apart from each other, and more of it than one attention takes
      int[] promptOf = IntStream.range(0, 24).map(i -> i < 5 ? i % 3 : i == 9 ? 2 : 0).toArray();
      float[][][] alone = new float[promptOf.length][STEPS][];
      for (int i = 0; i < alone.length; i++) {
        try (DecodeBatch batch = engine.newBatch(1)) {
          batch.add(prompts.get(promptOf[i]), decoding, watched);
          for (int step = 0; step < STEPS; step++) {
            alone[i][step] = batch.step(new double[] {uniform(i, step)}).watched()[0];
          }
        }
      }
      try (DecodeBatch batch = engine.newBatch(promptOf.length)) {
        List<Integer> rows = new ArrayList<>();
        for (int i = 0; i < promptOf.length; i++) {
          batch.add(prompts.get(promptOf[i]), decoding, watched);
          rows.add(i);
        }
        prompts.forEach(PromptState::close); // the rows still need them
        for (int step = 0; step < STEPS; step++) {
          int now = step;
          float[][] together =
              batch.step(rows.stream().mapToDouble(i -> uniform(i, now)).toArray()).watched();
          for (int row = 0; row < rows.size(); row++) {
            assertThat(together[row])
                .as("completion %d, step %d", rows.get(row), step)
                .containsExactly(alone[rows.get(row)][step]);
          }
          int ending = rows.size() / 3;
          batch.remove(ending);
          int last = rows.remove(rows.size() - 1);
          if (ending < rows.size()) {
            rows.set(ending, last);
          }
        }
      }
    }
  }

  @Test
  void a_prompt_is_kept_until_its_last_row_has_ended() {
    assumeThat(TestDevice.isCpu()).as("on a GPU prompts are copied").isTrue();
    Decoding decoding = Decoding.greedy(STEPS, ImmutableSet.of());
    try (TorchEngine engine = Engines.open(Reference.path("qwen25vl-tiny"), "float32", "auto");
        DecodeBatch batch = engine.newBatch(3)) {
      int atRest = engine.arrays();
      PromptState state = engine.prefill(List.of(Prompt.ofTokens(1, 2, 3))).get(0);
      for (int i = 0; i < 3; i++) {
        batch.add(state, decoding, new int[0]);
      }
      state.close();
      int first = batch.step(new double[3]).tokens()[0];
      batch.remove(0);
      batch.remove(0);
      assertThat(engine.arrays()).isGreaterThan(atRest);
      assertThat(batch.step(new double[1]).tokens()).hasSize(1);
      batch.remove(0);
      assertThat(engine.arrays()).isEqualTo(atRest);

      PromptState again = engine.prefill(List.of(Prompt.ofTokens(1, 2, 3))).get(0);
      batch.add(again, decoding, new int[0]);
      assertThat(batch.step(new double[1]).tokens()).containsExactly(first);
      again.close();
    }
  }

  /** Prompts are copied on a GPU; here both ways are on one device. */
  @Test
  void rows_that_share_a_prompt_give_the_numbers_of_rows_that_copy_it() {
    int[] watched = IntStream.range(0, VOCABULARY).toArray();
    Decoding decoding = Decoding.greedy(STEPS, ImmutableSet.of());
    Random random = new Random(5);
    try (TorchEngine engine =
        TorchEngine.open(
            Reference.path("qwen25vl-tiny"), TorchSettings.of("cpu", "float32", "auto", 1))) {
      List<PromptState> prompts = new ArrayList<>();
      for (int length : new int[] {30, 300, 30}) {
        Prompt prompt = Prompt.ofTokens(random.ints(length, 0, 700).toArray());
        prompts.add(engine.prefill(List.of(prompt)).get(0));
      }
      try (DecodeBatch sharing = engine.newBatch(5, true);
          DecodeBatch copying = engine.newBatch(5, false)) {
        for (int prompt : new int[] {0, 1, 0, 2, 1}) {
          sharing.add(prompts.get(prompt), decoding, watched);
          copying.add(prompts.get(prompt), decoding, watched);
        }
        prompts.forEach(PromptState::close);
        for (int rows = 5; rows > 2; rows--) {
          for (int step = 0; step < 4; step++) {
            Step shared = sharing.step(new double[rows]);
            Step copied = copying.step(new double[rows]);
            assertThat(shared.tokens()).isEqualTo(copied.tokens());
            for (int row = 0; row < rows; row++) {
              assertThat(shared.watched()[row])
                  .containsExactly(copied.watched()[row], within(2e-5f));
            }
          }
          sharing.remove(1);
          copying.remove(1);
        }
      }
    }
  }

  private static double uniform(int row, int step) {
    return new Random(1000L * row + step).nextDouble();
  }
}
