package io.r1reward.core.media;

/**
 * Decoded pixels. Immutable by contract: the array is shared between the steps, never changed.
 *
 * @param width columns
 * @param height rows
 * @param pixels {@code [height, width, 3]}, red, green, blue, row-major
 */
@SuppressWarnings("ArrayRecordComponent") // megabytes of pixels, shared on purpose
record RgbImage(int width, int height, byte[] pixels) {

  static final int CHANNELS = 3;

  RgbImage {
    if (width < 1 || height < 1 || pixels.length != (long) width * height * CHANNELS) {
      throw new IllegalArgumentException(
          width + " x " + height + " RGB pixels do not fill " + pixels.length + " bytes");
    }
  }
}
