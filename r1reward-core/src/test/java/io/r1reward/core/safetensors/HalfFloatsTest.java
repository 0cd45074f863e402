package io.r1reward.core.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalfFloatsTest {

  @Test
  void widens_and_rounds_back_every_half() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = HalfFloats.fromFloat16((short) bits);
      if (Float.isNaN(value)) {
        assertThat(HalfFloats.fromFloat16(HalfFloats.toFloat16(value))).isNaN();
      } else {
        assertThat(HalfFloats.toFloat16(value)).as("%x", bits).isEqualTo((short) bits);
      }
    }
  }

  @Test
  void widens_and_rounds_back_every_bfloat16() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = HalfFloats.fromBFloat16((short) bits);
      if (Float.isNaN(value)) {
        assertThat(HalfFloats.fromBFloat16(HalfFloats.toBFloat16(value))).isNaN();
      } else {
        assertThat(HalfFloats.toBFloat16(value)).as("%x", bits).isEqualTo((short) bits);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1.0, 3c00",
    "-2.0, c000",
    "65504, 7bff", // largest half
    "65519.996, 7bff",
    "65520, 7c00", // half-way to 65536: infinite
    "Infinity, 7c00",
    "5.9604645e-8, 0001", // smallest subnormal, 2^-24
    "2.9802322e-8, 0000", // 2^-25: a tie, to even
    "2.9802326e-8, 0001", // just above
    "8.940697e-8, 0002", // 1.5 * 2^-24: a tie, to even
    "6.1035156e-5, 0400", // smallest normal, 2^-14
    "6.097555e-5, 03ff", // largest subnormal, 1023 * 2^-24
    "6.1005354e-5, 0400", // 1023.5 * 2^-24: a tie, to even
    "1.00048828125, 3c00", // 1 + 2^-11: a tie, to even
    "1.00146484375, 3c02", // 1 + 3 * 2^-11: a tie, to even
    "-0.0, 8000",
  })
  void rounds_to_the_nearest_half(float value, String bits) {
    assertThat(String.format("%04x", HalfFloats.toFloat16(value) & 0xffff)).isEqualTo(bits);
  }

  @ParameterizedTest
  @CsvSource({
    "3f800000, 3f80", // 1
    "3f808000, 3f80", // 1 + 2^-8: a tie, to even
    "3f818000, 3f82", // 1 + 3 * 2^-8: a tie, to even
    "3f808001, 3f81", // just above the tie
    "7f7fffff, 7f80", // largest float: infinite
    "ff800000, ff80", // -infinity
    "7f800001, 7fc0", // NaN whose upper half alone would be infinity
    "00000001, 0000",
    "80000000, 8000",
  })
  void rounds_to_the_nearest_bfloat16(String floatBits, String bits) {
    float value = Float.intBitsToFloat(Integer.parseUnsignedInt(floatBits, 16));
    assertThat(String.format("%04x", HalfFloats.toBFloat16(value) & 0xffff)).isEqualTo(bits);
  }
}
