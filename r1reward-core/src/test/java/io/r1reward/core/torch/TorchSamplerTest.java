package io.r1reward.core.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableSet;
import io.r1reward.EngineException;
import io.r1reward.core.generate.DecodeBatch.Step;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.TokenSampler;
import io.r1reward.core.testing.ProcessorDependent;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.torch.jni.Torch;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The sampler on the device draws what the sampler in Java draws, whatever else is in the batch.
 */
@ProcessorDependent
class TorchSamplerTest {
  private static final int VOCABULARY = 1000;
  private static final int[] WATCHED = {3, 999};

  private static final List<Decoding> RULES =
      List.of(
          rule(0, 0, 1, 0, 1),
          rule(0, 0, 1, 0, 1.3),
          rule(1, 0, 1, 0, 1),
          rule(0.7, 0, 1, 0.05, 1.05),
          rule(1, 50, 1, 0, 1.05),
          rule(1.5, 5, 0.8, 0, 1),
          rule(1, 0, 0.9, 0, 1),
          rule(2, 0, 0.999, 0.001, 1.2),
          rule(1e-6, 50, 1, 0, 1.05),
          rule(1, 990, 0.95, 0, 1),
          tempered(rule(0, 0, 1, 0, 1)),
          tempered(rule(0.7, 0, 1, 0, 1)),
          tempered(rule(1.6, 0, 1, 0, 1.3)),
          tempered(rule(0.5, 50, 1, 0, 1)),
          tempered(rule(2, 0, 0.9, 0.01, 1.05)));

  private static Decoding rule(double t, int topK, double topP, double minP, double penalty) {
    return new Decoding(t, topK, topP, minP, penalty, 10, ImmutableSet.of());
  }

  private static Decoding tempered(Decoding rule) {
    return new Decoding(
        rule.temperature(),
        rule.topK(),
        rule.topP(),
        rule.minP(),
        rule.repetitionPenalty(),
        rule.maxNewTokens(),
        rule.endTokens(),
        true);
  }

  @Test
  void draws_the_tokens_that_the_sampler_in_java_draws() {
    Torch.prepareThread(1);
    Random random = new Random(11);
    try (TorchModel model =
            TorchModel.load(
                Reference.path("qwen25vl-tiny"),
                TorchSettings.of(Engines.DEVICE, "float32", "auto", 0));
        NDManager scope = model.manager().newSubManager()) {
      TorchSampler sampler = new TorchSampler(model);
      TokenSampler java = new TokenSampler(VOCABULARY);
      for (int turn = 0; turn < 60; turn++) {
        float[][] logits = new float[RULES.size()][VOCABULARY];
        double[] uniforms = random.doubles(RULES.size()).toArray();
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < logits.length; i++) {
          for (int j = 0; j < VOCABULARY; j++) {
            // on a coarse grid every third turn, so that there are ties, as in bfloat16
            double value = 3 * random.nextGaussian();
            logits[i][j] = (float) (turn % 3 == 0 ? Math.rint(8 * value) / 8 : value);
          }
          int[] prompt = random.ints(20 + i, 0, VOCABULARY).toArray();
          NDArray none = scope.create(new float[1]);
          rows.add(new Row(RULES.get(i), WATCHED, state(prompt, none, scope), VOCABULARY, true));
        }
        NDArray onDevice =
            scope.create(FloatBuffer.wrap(flat(logits)), new Shape(rows.size(), VOCABULARY));
        Step step =
            sampler.choose(onDevice, rows.stream().map(Row::draw).toList(), uniforms, scope);
        for (int i = 0; i < logits.length; i++) {
          TokenSampler.Choice expected =
              java.sample(logits[i], 0, rows.get(i).seen(), RULES.get(i), uniforms[i], WATCHED);
          assertThat(step.tokens()[i])
              .as("turn %d, %s", turn, RULES.get(i))
              .isEqualTo(expected.token());
          assertThat(step.logProbabilities()[i])
              .isCloseTo(expected.logProbability(), within(1e-5f));
          assertThat(step.watched()[i]).containsExactly(expected.watched(), within(1e-5f));
        }
      }
    }
  }

  @Test
  void norms_of_large_vocabularies_are_the_same_bits_in_any_batch_on_any_number_of_threads() {
    Torch.prepareThread(2);
    try (TorchModel model =
            TorchModel.load(
                Reference.path("qwen25vl-tiny"), TorchSettings.of("cpu", "float32", "auto", 0));
        NDManager scope = model.manager().newSubManager()) {
      int rows = 24;
      int vocabulary = 151_936;
      float[] logits = new float[rows * vocabulary];
      Random random = new Random(12);
      for (int i = 0; i < logits.length; i++) {
        logits[i] = (float) (2 * random.nextGaussian());
      }
      NDArray x = scope.create(FloatBuffer.wrap(logits), new Shape(rows, vocabulary));
      float[] together = model.script().one(scope, "log_sum", x).toFloatArray();
      for (int row = 0; row < rows; row++) {
        NDArray alone = model.script().one(scope, "part", x, row, 1);
        assertThat(model.script().one(scope, "log_sum", alone).toFloatArray())
            .containsExactly(together[row]);
      }
      // E exp(2 g) = exp(2)
      assertThat(together[0]).isCloseTo((float) (Math.log(vocabulary) + 2), within(0.1f));
    } finally {
      Torch.setThreads(1);
    }
  }

  @Test
  void logits_that_are_not_numbers_are_an_error() {
    Torch.prepareThread(1);
    try (TorchModel model =
            TorchModel.load(
                Reference.path("qwen25vl-tiny"),
                TorchSettings.of(Engines.DEVICE, "float32", "auto", 0));
        NDManager scope = model.manager().newSubManager()) {
      float[] logits = new float[VOCABULARY];
      Arrays.fill(logits, Float.NaN);
      for (Decoding rule : RULES.subList(0, 5)) {
        Row row =
            new Row(
                rule,
                new int[0],
                state(new int[17], scope.create(new float[1]), scope),
                VOCABULARY,
                true);
        NDArray onDevice = scope.create(FloatBuffer.wrap(logits), new Shape(1, VOCABULARY));
        assertThatThrownBy(
                () ->
                    new TorchSampler(model)
                        .choose(onDevice, List.of(row.draw()), new double[] {0.5}, scope))
            .as(rule.toString())
            .isInstanceOf(EngineException.class)
            .hasMessageContaining("not finite after 17 tokens");
      }
    }
  }

  private static PromptCache state(int[] prompt, NDArray none, NDManager scope) {
    return new PromptCache(Prompt.ofTokens(prompt), scope, 0, none, List.of(), 0);
  }

  private static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return flat;
  }
}
