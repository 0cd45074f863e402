package io.r1reward.core.safetensors;

/**
 * Conversions between float and its two 16-bit relatives, bit for bit as IEEE 754 round to nearest,
 * ties to even, has it. Java 17 has none.
 */
public final class HalfFloats {
  private HalfFloats() {}

  /** Widens a bfloat16, exactly. */
  public static float fromBFloat16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** Rounds to the nearest bfloat16, ties to even; NaN stays NaN. */
  public static short toBFloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    int roundingBias = 0x7fff + ((bits >>> 16) & 1);
    return (short) ((bits + roundingBias) >>> 16);
  }

  /** Widens a half-precision float, exactly. */
  public static float fromFloat16(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >>> 10) & 0x1f;
    int mantissa = bits & 0x3ff;
    if (exponent == 0x1f) {
      return Float.intBitsToFloat(sign | 0x7f800000 | (mantissa << 13));
    }
    if (exponent == 0) {
      float magnitude = mantissa * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    return Float.intBitsToFloat(sign | ((exponent + 127 - 15) << 23) | (mantissa << 13));
  }

  /** Rounds to the nearest half-precision float, ties to even; too large becomes infinite. */
  public static short toFloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    float magnitude = Math.abs(value);
    if (Float.isNaN(value)) {
      return (short) (sign | 0x7e00);
    }
    if (magnitude >= 65520f) { // half-way between the largest half, 65504, and 65536
      return (short) (sign | 0x7c00);
    }
    if (magnitude < 0x1p-14f) {
      // subnormal: Math.rint rounds ties to even, and the product with a power of two is exact
      return (short) (sign | (int) Math.rint(magnitude * 0x1p24));
    }
    int halfBits = Float.floatToRawIntBits(magnitude) - ((127 - 15) << 23);
    int roundingBias = 0xfff + ((halfBits >>> 13) & 1);
    return (short) (sign | ((halfBits + roundingBias) >>> 13));
  }
}
