package io.r1reward.train.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.testing.ReferenceCase;
import io.r1reward.core.testing.TestDevice;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training in bfloat16 against the reference's own bfloat16, and against float32. */
class HalfPrecisionTest {
  private static final ReferenceCase CASE = ReferenceCase.of("t2-tied-image");

  private interface Use<T> {
    T of(PolicyNetwork network);
  }

  private static <T> T with(boolean half, Use<T> use) {
    return with(half, 1024, use);
  }

  private static <T> T with(boolean half, int headRows, Use<T> use) {
    NetworkSettings settings =
        NetworkSettings.builder()
            .device(TestDevice.NAME)
            .threads(1)
            .bfloat16(half)
            .headRows(headRows)
            .build();
    try (Checkpoint checkpoint = Checkpoint.open(CASE.checkpoint());
        PolicyNetwork network = PolicyNetwork.load(checkpoint, settings, 0)) {
      return use.of(network);
    }
  }

  private static List<TrainingRow> rows() {
    return List.of(new TrainingRow(CASE.prompts().get(0), new int[0], 1));
  }

  @Test
  void log_probabilities_are_as_near_to_float32_as_those_of_the_reference() {
    double[] exact = with(false, network -> network.logProbabilities(rows())[0]);
    double[] mine = with(true, network -> network.logProbabilities(rows())[0]);
    Prompt prompt = CASE.prompts().get(0);
    float[][] logits = CASE.rows("logits_bf16_eager", 0); // [L, V]
    double ownError = 0;
    double referenceError = 0;
    for (int t = 0; t < exact.length; t++) {
      double largest = 0;
      for (float logit : logits[t]) {
        largest = Math.max(largest, logit);
      }
      double sum = 0;
      for (float logit : logits[t]) {
        sum += Math.exp(logit - largest);
      }
      double theirs = logits[t][prompt.tokens()[t + 1]] - largest - Math.log(sum);
      referenceError += Math.abs(theirs - exact[t]) / exact.length;
      ownError += Math.abs(mine[t] - exact[t]) / exact.length;
    }
    assertThat(referenceError).isPositive();
    assertThat(ownError).isLessThan(1.5 * referenceError);
  }

  /** Five rows to the vocabulary at a time are fewer than the case has. */
  @ParameterizedTest
  @ValueSource(ints = {1024, 5})
  void gradients_point_where_those_of_float32_point(int headRows) {
    float[][] exact = with(false, HalfPrecisionTest::gradients);
    float[][] half = with(true, headRows, HalfPrecisionTest::gradients);
    for (int i = 0; i < exact.length; i++) {
      double product = 0;
      double exactSquares = 0;
      double halfSquares = 0;
      for (int k = 0; k < exact[i].length; k++) {
        product += (double) exact[i][k] * half[i][k];
        exactSquares += (double) exact[i][k] * exact[i][k];
        halfSquares += (double) half[i][k] * half[i][k];
      }
      // a key's bias shifts all scores of a query alike, but for the rotation: little gradient
      double least = exactSquares > 1e-6 ? 0.98 : -1;
      assertThat(product / Math.sqrt(exactSquares * halfSquares + 1e-30)).isGreaterThan(least);
    }
  }

  /** Each is a bfloat16 of 8 bits, so 256 of them are exact in the 24 bits of float32. */
  @Test
  void gradients_of_many_micro_batches_are_summed_without_loss() {
    float[][] one = with(true, HalfPrecisionTest::gradients);
    float[][] sums =
        with(
            true,
            network -> {
              for (int i = 1; i < 64; i++) {
                accumulate(network);
              }
              return gradients(network);
            });
    int compared = 0;
    for (int i = 0; i < one.length; i++) {
      for (int k = 0; k < one[i].length; k++) {
        if (sums[i][k] != 64 * one[i][k]) {
          assertThat(sums[i][k]).as("value %d of parameter %d", k, i).isEqualTo(64 * one[i][k]);
        }
        compared += one[i][k] != 0 ? 1 : 0;
      }
    }
    assertThat(compared).isGreaterThan(1000);
  }

  private static float[][] gradients(PolicyNetwork network) {
    accumulate(network);
    return network.trainable().stream().map(network::gradient).toArray(float[][]::new);
  }

  private static void accumulate(PolicyNetwork network) {
    network.accumulate(
        rows(),
        logs ->
            Arrays.stream(logs)
                .map(row -> Arrays.stream(row).map(value -> -1.0 / row.length).toArray())
                .toArray(double[][]::new),
        -1);
  }
}
