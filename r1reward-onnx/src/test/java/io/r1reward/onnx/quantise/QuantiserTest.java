package io.r1reward.onnx.quantise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.InvalidInputException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantiserTest {

  @Test
  void takes_the_outermost_code_for_the_largest_value_and_packs_low_half_first() {
    // the largest magnitude is -4, which becomes code 0: the scale is -4 / -8 = 0.5, and the codes
    // are 8 + w / 0.5
    float[] row = {-4, 3.5f, 0, 0.5f, -0.5f, 1, -1, 2, 0.7f, 0.8f, 0, 0, 0, 0, 0, 3};

    QuantisedRows rows = new Quantiser(4, 16, BlockRounding.NEAREST).quantise(row, 1, 16);

    assertThat(rows.scales()).containsExactly(0.5f);
    // codes 0 15 8 9 7 10 6 12 9 10 8 8 8 8 8 14
    assertThat(rows.codes()).containsExactly(0xf0, 0x98, 0xa7, 0xc6, 0xa9, 0x88, 0x88, 0xe8);
    assertThat(rows.dequantise())
        .containsExactly(-4, 3.5f, 0, 0.5f, -0.5f, 1, -1, 2, 0.5f, 1, 0, 0, 0, 0, 0, 3);
  }

  @Test
  void gives_a_positive_extreme_a_negative_scale() {
    float[] row = new float[16];
    row[0] = 8;
    row[1] = -7;

    QuantisedRows rows = new Quantiser(4, 16, BlockRounding.NEAREST).quantise(row, 1, 16);

    assertThat(rows.scales()).containsExactly(-1f);
    assertThat(rows.dequantise()).startsWith(8, -7).containsOnly(8, -7, 0);
  }

  @ParameterizedTest
  @CsvSource({"4, NEAREST", "4, LEAST_SQUARES", "8, NEAREST", "8, LEAST_SQUARES"})
  void pads_the_last_block_with_zero(int bits, BlockRounding rounding) {
    float[] values = gaussian(3 * 20);

    QuantisedRows rows = new Quantiser(bits, 16, rounding).quantise(values, 3, 20);

    assertThat(rows.scales()).hasSize(3 * 2);
    assertThat(rows.codes()).hasSize(3 * 2 * 16 * bits / 8);
    byte zero = (byte) (bits == 8 ? 0x80 : 0x88);
    int rowBytes = 2 * 16 * bits / 8;
    int usedBytes = 20 * bits / 8;
    for (int row = 0; row < 3; row++) {
      for (int i = row * rowBytes + usedBytes; i < (row + 1) * rowBytes; i++) {
        assertThat(rows.codes()[i]).isEqualTo(zero);
      }
    }
    assertThat(relativeError(values, rows.dequantise())).isLessThan(bits == 4 ? 0.1 : 0.006);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8})
  void searching_is_never_worse_than_rounding_to_nearest(int bits) {
    float[] values = gaussian(64 * 128);

    for (int block = 16; block <= 128; block *= 2) {
      double nearest = error(values, bits, block, BlockRounding.NEAREST);
      double searched = error(values, bits, block, BlockRounding.LEAST_SQUARES);
      assertThat(searched).isLessThan(nearest);
    }
  }

  @Test
  void four_bits_in_blocks_of_128_cost_a_tenth_of_gaussian_weights() {
    assertThat(error(gaussian(64 * 128), 4, 128, BlockRounding.NEAREST)).isBetween(0.095, 0.11);
  }

  @ParameterizedTest
  @EnumSource(BlockRounding.class)
  void keeps_a_block_of_zeros(BlockRounding rounding) {
    QuantisedRows rows = new Quantiser(4, 32, rounding).quantise(new float[32], 1, 32);

    assertThat(rows.dequantise()).containsOnly(0);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void refuses_weights_that_are_not_finite(float value) {
    float[] values = gaussian(64);
    values[40] = value;
    Quantiser quantiser = new Quantiser(4, 16, BlockRounding.NEAREST);

    assertThatThrownBy(() -> quantiser.quantise(values, 2, 32))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("weight 8 of row 1 is " + value);
  }

  @ParameterizedTest
  @CsvSource({"3, 32", "4, 8", "4, 48", "8, 512"})
  void refuses_other_bits_and_blocks(int bits, int block) {
    assertThatThrownBy(() -> new Quantiser(bits, block, BlockRounding.NEAREST))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageMatching(".*got (3|8|48|512)");
  }

  private static double error(float[] values, int bits, int block, BlockRounding rounding) {
    QuantisedRows rows =
        new Quantiser(bits, block, rounding).quantise(values, values.length / 128, 128);
    return relativeError(values, rows.dequantise());
  }

  private static double relativeError(float[] values, float[] others) {
    double error = 0;
    double square = 0;
    for (int i = 0; i < values.length; i++) {
      error += Math.pow(values[i] - others[i], 2);
      square += Math.pow(values[i], 2);
    }
    return Math.sqrt(error / square);
  }

  private static float[] gaussian(int count) {
    Random random = new Random(7);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
