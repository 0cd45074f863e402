package io.r1reward.core.media;

/**
 * The weights with which one side of a picture is resampled: for every output sample, where its
 * window of input samples begins and the window's fixed-point weights. Immutable, thread-safe.
 *
 * @param starts first input sample of each output sample, {@code [outputs]}
 * @param lengths samples in each window, {@code [outputs]}
 * @param weights {@code [outputs, taps]}, scaled by {@code 2^bits}, zero behind a window's length
 * @param taps longest window
 * @param bits fractional bits of a weight
 */
@SuppressWarnings("ArrayRecordComponent")
record BicubicKernel(int[] starts, int[] lengths, int[] weights, int taps, int bits) {
  /*
   * Pillow's antialiased bicubic filter for 8-bit samples [1]. The filter is Keys' cubic convolution
   * with a = -1/2 [2], stretched by the scale when a side shrinks; its weights are normalised in
   * double precision and then rounded, halves away from zero, to 32 - 8 - 2 fractional bits: 8 bits
   * for the sample and 2 for the overshoot of the negative lobes. PyTorch's filter for bytes is the
   * same but for the bits: as many as let the largest weight of a side fit 16 bits.
   *
   * [1] Pillow 11.1, src/libImaging/Resample.c
   * [2] R. Keys, Cubic convolution interpolation for digital image processing, 1981
   */

  /** Fractional bits of a weight. */
  private static final int MOST_BITS = 32 - 8 - 2;

  private static final double A = -0.5;
  private static final double SUPPORT = 2.0;

  static BicubicKernel of(int inputs, int outputs, Resampling resampling) {
    double scale = (double) (float) inputs / outputs;
    double stretch = Math.max(scale, 1.0);
    double support = SUPPORT * stretch;
    int taps = (int) Math.ceil(support) * 2 + 1;
    int[] starts = new int[outputs];
    int[] lengths = new int[outputs];
    double[] normalised = new double[Math.multiplyExact(outputs, taps)];
    double[] window = new double[taps];
    double largest = 0;
    double inverse = 1.0 / stretch;
    for (int i = 0; i < outputs; i++) {
      double center = (i + 0.5) * scale;
      int start = Math.max(0, (int) (center - support + 0.5));
      int length = Math.min(inputs, (int) (center + support + 0.5)) - start;
      double sum = 0;
      for (int k = 0; k < length; k++) {
        window[k] = cubic((k + start - center + 0.5) * inverse);
        sum += window[k];
      }
      for (int k = 0; k < length; k++) {
        double weight = sum != 0 ? window[k] / sum : window[k];
        normalised[i * taps + k] = weight;
        largest = Math.max(largest, weight);
      }
      starts[i] = start;
      lengths[i] = length;
    }
    int bits = resampling == Resampling.PILLOW ? MOST_BITS : fitting(largest);
    int[] weights = new int[normalised.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = fixedPoint(normalised[i], bits);
    }
    return new BicubicKernel(starts, lengths, weights, taps, bits);
  }

  private static double cubic(double signed) {
    double x = Math.abs(signed);
    if (x < 1.0) {
      return ((A + 2.0) * x - (A + 3.0)) * x * x + 1;
    }
    return x < 2.0 ? (((x - 5) * x + 8) * x - 4) * A : 0.0;
  }

  /** As many fractional bits as let a weight fit 16 bits. */
  private static int fitting(double largest) {
    int bits = 0;
    while (bits < MOST_BITS && (int) (0.5 + largest * (1 << (bits + 1))) < 1 << 15) {
      bits++;
    }
    return bits;
  }

  private static int fixedPoint(double weight, int bits) {
    double scaled = weight * (1 << bits);
    return (int) (weight < 0 ? scaled - 0.5 : scaled + 0.5);
  }
}
