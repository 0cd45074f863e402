package io.r1reward.core.media;

import static io.r1reward.core.media.RgbImage.CHANNELS;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.DirectColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.io.IOException;

/**
 * Samples to RGB with Pillow's arithmetic: {@code to_rgb} of {@code qwen_vl_utils}, which puts mode
 * RGBA on white, and {@code convert("RGB")} for all other modes. Colour profiles are ignored.
 * Thread-safe.
 */
final class RgbConversion {

  private static final int WHITE = 255;

  private RgbConversion() {}

  /** Converts what a reader decoded; grey with alpha loses its alpha, as in Pillow. */
  static RgbImage ofDecoded(BufferedImage image) throws IOException {
    return convert(image.getRaster(), image.getColorModel(), false, false);
  }

  /** Converts grey with alpha that Pillow opens as mode RGBA. */
  static RgbImage ofDecodedGreyAlphaOnWhite(BufferedImage image) throws IOException {
    return convert(image.getRaster(), image.getColorModel(), true, false);
  }

  /**
   * Converts what a user drew: everything with an alpha is put on white, 16-bit grey is scaled, and
   * colours in a space of their own are converted to sRGB.
   */
  static RgbImage ofUserImage(BufferedImage image) throws IOException {
    ColorModel colors = image.getColorModel();
    ColorSpace space = colors.getColorSpace();
    boolean plain =
        colors.getTransferType() == DataBuffer.TYPE_BYTE
            || colors.getTransferType() == DataBuffer.TYPE_USHORT;
    boolean known = space.isCS_sRGB() || space.getType() == ColorSpace.TYPE_GRAY;
    if (plain && known && !(colors instanceof DirectColorModel) && !isPalette(colors)) {
      return convert(image.getRaster(), colors, true, true);
    }
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, height), CHANNELS)];
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int argb : row) {
        int alpha = argb >>> 24;
        out[at++] = onWhite(argb >> 16 & 0xff, alpha);
        out[at++] = onWhite(argb >> 8 & 0xff, alpha);
        out[at++] = onWhite(argb & 0xff, alpha);
      }
    }
    return new RgbImage(width, height, out);
  }

  private static boolean isPalette(ColorModel colors) {
    return colors instanceof IndexColorModel;
  }

  private static RgbImage convert(
      Raster raster, ColorModel colors, boolean greyAlphaOnWhite, boolean scaleGrey)
      throws IOException {
    int width = raster.getWidth();
    int height = raster.getHeight();
    if (colors instanceof IndexColorModel palette) {
      return palette(raster, palette);
    } else if (colors instanceof DirectColorModel packed) {
      return packed(raster, packed);
    }
    int bands = raster.getNumBands();
    boolean grey = colors.getNumColorComponents() == 1;
    boolean alphaMatters = colors.hasAlpha() && (!grey || greyAlphaOnWhite);
    byte[] samples = samples(raster, grey && !scaleGrey && !alphaMatters);
    if (grey && !alphaMatters) {
      return grey(samples, width, height, bands);
    } else if (grey) {
      return onWhite(spreadGrey(samples, bands), width, height, 4, false);
    } else if (colors.getColorSpace().getType() == ColorSpace.TYPE_CMYK && bands == 4) {
      return cmyk(samples, width, height);
    } else if (colors.getNumColorComponents() == CHANNELS && alphaMatters) {
      return onWhite(samples, width, height, bands, colors.isAlphaPremultiplied());
    } else if (colors.getNumColorComponents() == CHANNELS) {
      return rgb(samples, width, height, bands);
    }
    throw new IOException("has " + bands + " bands that mean neither grey, RGB nor CMYK");
  }

  /**
   * Returns 8-bit samples, {@code [height, width, bands]}: shared with the raster where they lie
   * like that already. Deeper samples keep their high byte, or are clipped to 255.
   */
  static byte[] samples(Raster raster, boolean clip) throws IOException {
    int bands = raster.getNumBands();
    int rowLength = Math.multiplyExact(raster.getWidth(), bands);
    int total = Math.multiplyExact(rowLength, raster.getHeight());
    if (isInterleavedInOrder(raster, rowLength)) {
      byte[] data = ((DataBufferByte) raster.getDataBuffer()).getData();
      if (data.length == total) {
        return data;
      }
    }
    int type = raster.getTransferType();
    if (type == DataBuffer.TYPE_FLOAT || type == DataBuffer.TYPE_DOUBLE) {
      throw new IOException("has floating-point samples, which are not supported");
    }
    int bits = raster.getSampleModel().getSampleSize(0);
    if (!clip && bits != 8 && bits != 16) {
      throw new IOException("has samples of " + bits + " bits, not 8 or 16");
    }
    int shift = clip ? 0 : bits - 8;
    byte[] out = new byte[total];
    int[] row = new int[rowLength];
    int at = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, row);
      for (int value : row) {
        out[at++] = (byte) (clip ? Math.max(0, Math.min(255, value)) : value >> shift);
      }
    }
    return out;
  }

  private static boolean isInterleavedInOrder(Raster raster, int rowLength) {
    if (!(raster.getSampleModel() instanceof PixelInterleavedSampleModel model)
        || !(raster.getDataBuffer() instanceof DataBufferByte buffer)
        || model.getScanlineStride() != rowLength
        || model.getPixelStride() != model.getNumBands()
        || buffer.getOffset() != 0) {
      return false;
    }
    int[] offsets = model.getBandOffsets();
    for (int band = 0; band < offsets.length; band++) {
      if (offsets[band] != band) {
        return false;
      }
    }
    return true;
  }

  private static RgbImage palette(Raster raster, IndexColorModel palette) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int[] colors = new int[palette.getMapSize()];
    palette.getRGBs(colors);
    byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, height), CHANNELS)];
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < height; y++) {
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
      for (int index : row) {
        // an index beyond the palette is black, as in Pillow
        int color = index < colors.length ? colors[index] : 0;
        out[at++] = (byte) (color >> 16);
        out[at++] = (byte) (color >> 8);
        out[at++] = (byte) color;
      }
    }
    return new RgbImage(width, height, out);
  }

  /**
   * Fields of a 16- or 32-bit BMP pixel; narrower fields are widened as Pillow does, truncating.
   */
  private static RgbImage packed(Raster raster, DirectColorModel model) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int bands = raster.getNumBands();
    int[] maxima = new int[bands];
    for (int band = 0; band < bands; band++) {
      maxima[band] = (1 << model.getComponentSize(band)) - 1;
    }
    int[] row = new int[Math.multiplyExact(width, bands)];
    byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, height), bands)];
    int at = 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int i = 0; i < row.length; i++) {
        out[at++] = (byte) (row[i] * 255 / maxima[i % bands]);
      }
    }
    return model.hasAlpha()
        ? onWhite(out, width, height, bands, model.isAlphaPremultiplied())
        : rgb(out, width, height, bands);
  }

  static RgbImage grey(byte[] samples, int width, int height, int bands) {
    byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, height), CHANNELS)];
    for (int i = 0, at = 0; i < samples.length; i += bands) {
      out[at++] = samples[i];
      out[at++] = samples[i];
      out[at++] = samples[i];
    }
    return new RgbImage(width, height, out);
  }

  static RgbImage rgb(byte[] samples, int width, int height, int bands) {
    if (bands == CHANNELS) {
      return new RgbImage(width, height, samples);
    }
    byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, height), CHANNELS)];
    for (int i = 0, at = 0; i < samples.length; i += bands) {
      out[at++] = samples[i];
      out[at++] = samples[i + 1];
      out[at++] = samples[i + 2];
    }
    return new RgbImage(width, height, out);
  }

  /** From grey and alpha to red, green, blue and alpha. */
  private static byte[] spreadGrey(byte[] samples, int bands) {
    byte[] out = new byte[Math.multiplyExact(samples.length / bands, 4)];
    for (int i = 0, at = 0; i < samples.length; i += bands) {
      out[at++] = samples[i];
      out[at++] = samples[i];
      out[at++] = samples[i];
      out[at++] = samples[i + 1];
    }
    return out;
  }

  /** Puts colours with an alpha behind them on white. */
  static RgbImage onWhite(byte[] samples, int width, int height, int bands, boolean premultiplied) {
    byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, height), CHANNELS)];
    for (int i = 0, at = 0; i < samples.length; i += bands) {
      int alpha = samples[i + 3] & 0xff;
      for (int c = 0; c < CHANNELS; c++) {
        int value = samples[i + c] & 0xff;
        if (premultiplied && alpha != 0 && alpha != 255) {
          value = Math.min(255, 255 * value / alpha);
        }
        out[at++] = onWhite(value, alpha);
      }
    }
    return new RgbImage(width, height, out);
  }

  /**
   * Puts colours on white.
   *
   * @param rgb {@code [height, width, 3]}
   * @param alpha {@code [height, width]}
   */
  static RgbImage onWhite(byte[] rgb, byte[] alpha, int width, int height) {
    byte[] out = new byte[rgb.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = onWhite(rgb[i] & 0xff, alpha[i / CHANNELS] & 0xff);
    }
    return new RgbImage(width, height, out);
  }

  /** Pillow's BLEND: {@code (white * (255 - alpha) + value * alpha) / 255}, rounded. */
  private static byte onWhite(int value, int alpha) {
    return (byte) divide255(WHITE * (255 - alpha) + value * alpha);
  }

  /** Inks to RGB without a profile: {@code (255 - k) - c * (255 - k) / 255}. */
  static RgbImage cmyk(byte[] samples, int width, int height) {
    byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, height), CHANNELS)];
    for (int i = 0, at = 0; i < samples.length; i += 4) {
      int light = 255 - (samples[i + 3] & 0xff);
      for (int c = 0; c < CHANNELS; c++) {
        out[at++] = (byte) Math.max(0, light - divide255((samples[i + c] & 0xff) * light));
      }
    }
    return new RgbImage(width, height, out);
  }

  /** Rounded division by 255 of a number up to 255 * 255. */
  private static int divide255(int product) {
    int biased = product + 128;
    return ((biased >> 8) + biased) >> 8;
  }
}
