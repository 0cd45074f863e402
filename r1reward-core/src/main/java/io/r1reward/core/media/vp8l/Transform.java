package io.r1reward.core.media.vp8l;

import java.io.IOException;

/**
 * What an encoder did to the pixels to make them smaller, and how it is undone. Immutable.
 *
 * @param type one of the four of the format
 * @param width columns of the picture
 * @param bits of the side of the blocks that the data describe; or of the pixels that share one
 * @param data one entry for each block, or the palette
 */
@SuppressWarnings("ArrayRecordComponent")
record Transform(int type, int width, int bits, int[] data) {

  private static final int PREDICTOR = 0;
  private static final int COLOR = 1;
  private static final int SUBTRACT_GREEN = 2;
  private static final int ALPHA_GREEN = 0xff00ff00;
  private static final int RED_BLUE = 0x00ff00ff;

  static Transform read(BitReader in, int type, int width, int height) throws IOException {
    if (type == SUBTRACT_GREEN) {
      return new Transform(type, width, 0, new int[0]);
    } else if (type == PREDICTOR || type == COLOR) {
      int bits = 2 + in.read(3);
      int[] data = EntropyImage.read(in, blocks(width, bits), blocks(height, bits), false);
      return new Transform(type, width, bits, data);
    }
    int colors = 1 + in.read(8);
    int[] palette = EntropyImage.read(in, colors, 1, false);
    for (int i = 1; i < colors; i++) {
      palette[i] = sum(palette[i], palette[i - 1]);
    }
    int bits = colors > 16 ? 0 : colors > 4 ? 1 : colors > 2 ? 2 : 3;
    return new Transform(type, width, bits, palette);
  }

  /** How many blocks of a side of {@code 1 << bits} cover a size. */
  static int blocks(int size, int bits) {
    return (size + (1 << bits) - 1) >> bits;
  }

  /** Sum of each of the four components, modulo 256. */
  static int sum(int a, int b) {
    return (((a & ALPHA_GREEN) + (b & ALPHA_GREEN)) & ALPHA_GREEN)
        | (((a & RED_BLUE) + (b & RED_BLUE)) & RED_BLUE);
  }

  /** Columns of what is coded: fewer where several pixels share one. */
  int codedWidth() {
    return type > SUBTRACT_GREEN ? blocks(width, bits) : width;
  }

  /** Returns the pixels before this transform; those given may be overwritten. */
  int[] undo(int[] pixels, int height) {
    switch (type) {
      case PREDICTOR -> predict(pixels);
      case COLOR -> addColors(pixels);
      case SUBTRACT_GREEN -> {
        for (int i = 0; i < pixels.length; i++) {
          int green = pixels[i] >> 8 & 0xff;
          pixels[i] = sum(pixels[i], green << 16 | green);
        }
      }
      default -> {
        return lookUp(pixels, height);
      }
    }
    return pixels;
  }

  private int block(int x, int y) {
    return data[(y >> bits) * blocks(width, bits) + (x >> bits)];
  }

  private void predict(int[] pixels) {
    for (int i = 0; i < pixels.length; i++) {
      int x = i % width;
      int y = i / width;
      int mode = block(x, y) >> 8 & 0xf;
      pixels[i] = sum(pixels[i], Prediction.of(pixels, i, x, y, width, mode));
    }
  }

  private void addColors(int[] pixels) {
    for (int i = 0; i < pixels.length; i++) {
      int factors = block(i % width, i / width);
      int argb = pixels[i];
      int red = (argb >> 16) + share(factors, argb >> 8);
      int blue = argb + share(factors >> 8, argb >> 8) + share(factors >> 16, red);
      pixels[i] = (argb & ALPHA_GREEN) | (red & 0xff) << 16 | (blue & 0xff);
    }
  }

  private static int share(int factor, int component) {
    return ((byte) factor * (byte) component) >> 5;
  }

  /** An index beyond the palette is transparent black. */
  private int[] lookUp(int[] packed, int height) {
    int[] pixels = new int[width * height];
    int codedWidth = codedWidth();
    int indexBits = 8 >> bits;
    for (int i = 0; i < pixels.length; i++) {
      int x = i % width;
      int green = packed[i / width * codedWidth + (x >> bits)] >> 8 & 0xff;
      int index = (green >> (indexBits * (x & ((1 << bits) - 1)))) & ((1 << indexBits) - 1);
      pixels[i] = index < data.length ? data[index] : 0;
    }
    return pixels;
  }
}
