package io.r1reward.onnx.quantise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.r1reward.InvalidInputException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorFeedbackTest {

  @Test
  void passes_an_error_on_to_the_weight_whose_input_goes_together() {
    // the inverse of [2 1; 1 2] is [2 -1; -1 2] / 3, so U_01 / U_00 = -1 / 2: rounding the first
    // weight down by e lifts the second by e / 2
    float[] ratios = ErrorFeedback.ratios(new double[] {2, 1, 1, 2}, 2);

    assertThat(ratios).containsExactly(new float[] {1, -0.5f, 0, 1}, within(1e-6f));
  }

  @Test
  void adds_up_the_products_of_neighbouring_channels() {
    InputMoments moments = new InputMoments(3, 2);
    moments.add(new float[] {1, 2, 3, 4, 5, 6}); // two tokens of three channels
    moments.add(new float[] {0, 1, 1});

    // channels 0 and 1: [1 2; 2 4] + [16 20; 20 25] + [0 0; 0 1], channel 2: 9 + 36 + 1; over 3
    assertThat(moments.damped(0, 0))
        .containsExactly(new double[] {17 / 3.0, 22 / 3.0, 22 / 3.0, 10}, within(1e-6));
    assertThat(moments.damped(1, 0)).containsExactly(new double[] {46 / 3.0}, within(1e-6));
    assertThat(moments.tokens()).isEqualTo(3);
    // the mean square of the first window is (17 / 3 + 10) / 2
    assertThat(moments.damped(0, 0.1)[0]).isCloseTo(17 / 3.0 + 4.7 / 6, within(1e-6));
  }

  @ParameterizedTest
  @CsvSource({"4, NEAREST, 64", "4, LEAST_SQUARES, 64", "4, LEAST_SQUARES, 32", "8, NEAREST, 64"})
  void changes_the_products_with_typical_inputs_less(int bits, BlockRounding rounding, int window) {
    int columns = 80; // the last window and the last block are shorter
    int rows = 24;
    float[] inputs = correlated(400, columns);
    float[] weights = gaussian(rows * columns, 5);
    InputMoments moments = new InputMoments(columns, window);
    moments.add(inputs);
    Quantiser quantiser = new Quantiser(bits, 32, rounding);

    QuantisedRows plain = quantiser.quantise(weights, rows, columns);
    QuantisedRows fed =
        quantiser.quantise(weights.clone(), rows, columns, new ErrorFeedback(moments));

    double plainError = productError(inputs, weights, plain.dequantise(), rows, columns);
    double fedError = productError(inputs, weights, fed.dequantise(), rows, columns);
    assertThat(fedError).isLessThan(0.7 * plainError);
  }

  @Test
  void leaves_rounding_alone_where_inputs_are_independent() {
    InputMoments moments = new InputMoments(16, 16);
    for (int i = 0; i < 16; i++) {
      float[] one = new float[16];
      one[i] = 1;
      moments.add(one);
    }
    float[] weights = gaussian(32, 9);
    Quantiser quantiser = new Quantiser(4, 16, BlockRounding.NEAREST);

    QuantisedRows fed = quantiser.quantise(weights.clone(), 2, 16, new ErrorFeedback(moments));

    assertThat(fed.codes()).isEqualTo(quantiser.quantise(weights, 2, 16).codes());
  }

  @Test
  void refuses_moments_of_nothing() {
    assertThatThrownBy(() -> new InputMoments(0, 16))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("got 0 and 16");
  }

  /** Inputs of few common causes, as those of a trained model are. */
  private static float[] correlated(int tokens, int columns) {
    float[] causes = gaussian(tokens * 6, 1);
    float[] mixing = gaussian(6 * columns, 2);
    float[] noise = gaussian(tokens * columns, 3);
    float[] inputs = new float[tokens * columns];
    for (int at = 0; at < inputs.length; at++) {
      inputs[at] = 0.3f * noise[at];
      for (int cause = 0; cause < 6; cause++) {
        inputs[at] += causes[at / columns * 6 + cause] * mixing[cause * columns + at % columns];
      }
    }
    return inputs;
  }

  private static double productError(
      float[] inputs, float[] weights, float[] others, int rows, int columns) {
    double error = 0;
    for (int token = 0; token < inputs.length / columns; token++) {
      for (int row = 0; row < rows; row++) {
        double product = 0;
        for (int i = 0; i < columns; i++) {
          double difference = weights[row * columns + i] - (double) others[row * columns + i];
          product += inputs[token * columns + i] * difference;
        }
        error += product * product;
      }
    }
    return Math.sqrt(error);
  }

  private static float[] gaussian(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
