package io.r1reward.core.model;

/**
 * The inverse frequencies of rotary positions (RoFormer, arXiv 2104.09864), the same numbers for
 * every engine, on every processor. Stateless.
 */
public final class RotaryFrequencies {
  /** Base of the vision tower's frequencies. */
  public static final double VISION_THETA = 10_000;

  private RotaryFrequencies() {}

  /**
   * Returns {@code 1 / theta^(2 i / size)} for {@code i} from 0 to {@code size / 2 - 1}.
   *
   * <p>Every step is rounded to float32, as the reference's are, but the power is computed in
   * double precision: a library's own float32 power is off by a unit in the last place on one
   * processor and not on another, and a position of some hundred multiplies that.
   *
   * @param theta base of the frequencies
   * @param size how many dimensions turn, even
   */
  public static float[] inverse(double theta, int size) {
    float[] frequencies = new float[size / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float exponent = (float) (2 * i) / size;
      frequencies[i] = 1f / (float) Math.pow(theta, exponent);
    }
    return frequencies;
  }
}
