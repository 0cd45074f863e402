package io.r1reward.core.media;

/**
 * Decoded pixels. Immutable by contract: the array is shared between the steps, never changed.
 *
 * @param width columns
 * @param height rows
 * @param pixels {@code [height, width, 3]}, red, green, blue, row-major
 */
@SuppressWarnings("ArrayRecordComponent") // megabytes of pixels, shared on purpose
public record RgbImage(int width, int height, byte[] pixels) {

  static final int CHANNELS = 3;

  /** Checks that the pixels fill the sides. */
  public RgbImage {
    if (width < 1 || height < 1 || pixels.length != (long) width * height * CHANNELS) {
      throw new IllegalArgumentException(
          width + " x " + height + " RGB pixels do not fill " + pixels.length + " bytes");
    }
  }

  /**
   * Returns this picture on a larger canvas.
   *
   * @param background {@code 0xRRGGBB}
   */
  RgbImage placed(int left, int top, int canvasWidth, int canvasHeight, int background) {
    byte[] out =
        new byte[Math.multiplyExact(Math.multiplyExact(canvasWidth, canvasHeight), CHANNELS)];
    for (int i = 0; i < out.length; i += CHANNELS) {
      out[i] = (byte) (background >> 16);
      out[i + 1] = (byte) (background >> 8);
      out[i + 2] = (byte) background;
    }
    int rowBytes = width * CHANNELS;
    for (int y = 0; y < height; y++) {
      int to = ((top + y) * canvasWidth + left) * CHANNELS;
      System.arraycopy(pixels, y * rowBytes, out, to, rowBytes);
    }
    return new RgbImage(canvasWidth, canvasHeight, out);
  }
}
