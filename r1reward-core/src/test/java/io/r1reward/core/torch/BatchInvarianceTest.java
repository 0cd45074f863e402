package io.r1reward.core.torch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import io.r1reward.core.generate.DecodeBatch;
import io.r1reward.core.generate.DecoderEngine.PromptState;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.testing.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A row's log-probabilities are the same bits whatever stands beside it, in bfloat16, too. */
class BatchInvarianceTest {
  private static final int VOCABULARY = 900;
  private static final int STEPS = 12;

  @ParameterizedTest
  @ValueSource(strings = {"bfloat16", "float32"})
  void rows_of_a_batch_give_the_bits_they_give_alone(String dtype) {
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

  private static double uniform(int row, int step) {
    return new Random(1000L * row + step).nextDouble();
  }
}
