package io.r1reward.core.media;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pixels of a BMP with 16 or 32 bits each, where Pillow and other decoders differ: Pillow knows
 * an alpha only from the fourth mask of compression 3 (BITFIELDS) in a header of 56 bytes or more,
 * at 32 bits, and only in the layouts below. Layouts that Pillow refuses are left to the format's
 * reader. Immutable.
 *
 * @param bits of a pixel
 * @param shifts where red, green and blue begin, then alpha, or -1 without alpha
 * @param widths bits of red, green, blue and alpha
 */
@SuppressWarnings("ArrayRecordComponent")
record BmpFields(int bits, int[] shifts, int[] widths) {

  private static final int FILE_HEADER = 14;
  private static final int INFO_HEADER = 40;
  private static final int ALPHA_HEADER = 56;
  private static final int MASKS = FILE_HEADER + INFO_HEADER;
  private static final int BITFIELDS = 3;

  private static final int[] EIGHT = {8, 8, 8, 8};
  private static final BmpFields BGRX = new BmpFields(32, new int[] {16, 8, 0, -1}, EIGHT);
  private static final BmpFields BGRA = new BmpFields(32, new int[] {16, 8, 0, 24}, EIGHT);
  private static final BmpFields BGR_555 =
      new BmpFields(16, new int[] {10, 5, 0, -1}, new int[] {5, 5, 5, 0});
  private static final List<BmpFields> LAYOUTS =
      List.of(
          BGR_555,
          new BmpFields(16, new int[] {11, 5, 0, -1}, new int[] {5, 6, 5, 0}),
          BGRX,
          BGRA,
          new BmpFields(32, new int[] {24, 16, 8, -1}, EIGHT),
          new BmpFields(32, new int[] {24, 16, 8, 0}, EIGHT),
          new BmpFields(32, new int[] {24, 8, 0, -1}, EIGHT),
          new BmpFields(32, new int[] {24, 8, 0, 16}, EIGHT),
          new BmpFields(32, new int[] {0, 8, 16, 24}, EIGHT));

  /**
   * Decodes a file.
   *
   * @return null if its pixels are none of those that Pillow reads by masks
   */
  static @Nullable RgbImage read(byte[] file, MediaLimits limits) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (file.length < MASKS || in.getInt(FILE_HEADER) < INFO_HEADER) {
      return null;
    }
    BmpFields fields = of(in);
    return fields == null ? null : fields.pixels(in, limits);
  }

  private static @Nullable BmpFields of(ByteBuffer in) throws EOFException {
    int bits = in.getShort(28);
    int compression = in.getInt(30);
    if (compression == 0) {
      return bits == 16 ? BGR_555 : bits == 32 ? BGRX : null;
    } else if (compression != BITFIELDS || (bits != 16 && bits != 32)) {
      return null;
    }
    boolean hasAlpha = in.getInt(FILE_HEADER) >= ALPHA_HEADER;
    if (in.capacity() < MASKS + (hasAlpha ? 16 : 12)) {
      throw new EOFException("BMP is truncated in its masks");
    }
    int[] masks = new int[4];
    for (int c = 0; c < (hasAlpha && bits == 32 ? 4 : 3); c++) {
      masks[c] = in.getInt(MASKS + 4 * c);
    }
    if (bits == 32 && Arrays.equals(masks, new int[4])) {
      return BGRA;
    }
    for (BmpFields layout : LAYOUTS) {
      if (layout.bits == bits && layout.has(masks)) {
        return layout;
      }
    }
    return null;
  }

  private boolean has(int[] masks) {
    for (int c = 0; c < masks.length; c++) {
      int mask = shifts[c] < 0 ? 0 : ((1 << widths[c]) - 1) << shifts[c];
      if (masks[c] != mask) {
        return false;
      }
    }
    return true;
  }

  private RgbImage pixels(ByteBuffer in, MediaLimits limits) throws IOException {
    int width = in.getInt(18);
    boolean topDown = in.get(25) == -1;
    int height = topDown ? -in.getInt(22) : in.getInt(22);
    limits.checkPixels(width, height);
    long stride = ((long) width * bits + 31) / 32 * 4;
    int offset = in.getInt(10) == 0 ? headerEnd(in) : in.getInt(10);
    if (offset < 0 || offset + stride * height > in.capacity()) {
      throw new EOFException(
          "BMP is truncated: "
              + stride * height
              + " bytes of pixels from byte "
              + Integer.toUnsignedLong(offset)
              + " do not fit into a file of "
              + in.capacity());
    }
    byte[] rgb = new byte[Math.multiplyExact(width * height, RgbImage.CHANNELS)];
    byte[] alpha = new byte[shifts[3] < 0 ? 0 : width * height];
    for (int y = 0, i = 0; y < height; y++) {
      int row = (int) (offset + stride * (topDown ? y : height - 1 - y));
      for (int x = 0; x < width; x++, i++) {
        int pixel = bits == 16 ? in.getShort(row + 2 * x) : in.getInt(row + 4 * x);
        for (int c = 0; c < RgbImage.CHANNELS; c++) {
          rgb[i * RgbImage.CHANNELS + c] = field(pixel, c);
        }
        if (alpha.length > 0) {
          alpha[i] = field(pixel, 3);
        }
      }
    }
    return alpha.length > 0
        ? RgbConversion.onWhite(rgb, alpha, width, height)
        : new RgbImage(width, height, rgb);
  }

  private static int headerEnd(ByteBuffer in) {
    int size = in.getInt(FILE_HEADER);
    boolean masksFollow = size == INFO_HEADER && in.getInt(30) == BITFIELDS;
    return FILE_HEADER + size + (masksFollow ? 12 : 0);
  }

  /** Widens a field as Pillow does, truncating. */
  private byte field(int pixel, int channel) {
    int most = (1 << widths[channel]) - 1;
    return (byte) ((pixel >>> shifts[channel] & most) * 255 / most);
  }
}
