package io.r1reward.core.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Some tags of a TIFF's first picture, classic or BigTIFF, and what they say against reading it:
 * layouts that Pillow refuses and the format's reader would make up. Immutable.
 *
 * @param values of each tag that is read here, if it holds bytes or 16- or 32-bit numbers
 * @param photometricAt where the value of the photometric interpretation lies in the file, or -1
 */
record TiffTags(Map<Integer, int[]> values, int photometricAt) {

  private static final int COLOR_MAP = 320;

  static final int WIDTH = 256;
  static final int HEIGHT = 257;
  static final int BITS = 258;
  static final int COMPRESSION = 259;
  static final int PHOTOMETRIC = 262;
  static final int FILL_ORDER = 266;
  static final int STRIP_OFFSETS = 273;
  static final int SAMPLES = 277;
  static final int ROWS_PER_STRIP = 278;
  static final int STRIP_COUNTS = 279;
  static final int ORIENTATION = 274;
  private static final int PLANES = 284;
  static final int T4_OPTIONS = 292;
  static final int T6_OPTIONS = 293;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_COUNTS = 325;
  static final int EXTRA = 338;
  private static final int SUBSAMPLING = 530;
  private static final int PALETTE = 3;
  private static final int YCBCR = 6;
  private static final int FAX_MODIFIED = 2;
  private static final int FAX_GROUP_4 = 4;
  private static final int JPEG = 7;
  private static final int WEBP = 50001;

  private static final Set<Integer> READ =
      Set.of(
          WIDTH,
          HEIGHT,
          BITS,
          COMPRESSION,
          PHOTOMETRIC,
          FILL_ORDER,
          STRIP_OFFSETS,
          ORIENTATION,
          SAMPLES,
          ROWS_PER_STRIP,
          STRIP_COUNTS,
          PLANES,
          T4_OPTIONS,
          T6_OPTIONS,
          COLOR_MAP,
          TILE_WIDTH,
          TILE_HEIGHT,
          TILE_OFFSETS,
          TILE_COUNTS,
          EXTRA,
          SUBSAMPLING);
  private static final int LONG8 = 16;
  private static final int[] BYTES_OF_TYPE = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8};

  static TiffTags of(byte[] file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(file);
    in.order(file[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    try {
      return of(in, in.getShort(2) == 43);
    } catch (IndexOutOfBoundsException e) {
      throw new IOException("TIFF is truncated in its tags", e);
    }
  }

  private static TiffTags of(ByteBuffer in, boolean big) throws IOException {
    Map<Integer, int[]> values = new HashMap<>();
    int photometricAt = -1;
    int at = big ? number(in.getLong(8)) : in.getInt(4);
    int count = big ? number(in.getLong(at)) : in.getShort(at) & 0xffff;
    at += big ? 8 : 2;
    for (int i = 0; i < count; i++, at += big ? 20 : 12) {
      int tag = in.getShort(at) & 0xffff;
      int type = in.getShort(at + 2) & 0xffff;
      long length = big ? in.getLong(at + 4) : in.getInt(at + 4) & 0xffffffffL;
      int size = type < BYTES_OF_TYPE.length ? BYTES_OF_TYPE[type] : 0;
      int room = big ? 8 : 4;
      int field = at + (big ? 12 : 8);
      boolean number = type == 1 || type == 3 || type == 4 || type == LONG8;
      if (!READ.contains(tag) || !number || length < 1 || length > in.capacity() / size) {
        continue;
      }
      int from = length * size <= room ? field : big ? number(in.getLong(field)) : in.getInt(field);
      int[] read = new int[(int) length];
      for (int k = 0; k < read.length; k++) {
        read[k] =
            switch (size) {
              case 1 -> in.get(from + k) & 0xff;
              case 2 -> in.getShort(from + 2 * k) & 0xffff;
              case 4 -> in.getInt(from + 4 * k);
              default -> number(in.getLong(from + 8 * k));
            };
      }
      int[] before = values.put(tag, read);
      if (before != null && !Arrays.equals(before, read)) {
        throw new IOException("TIFF has tag " + tag + " twice, " + before[0] + " and " + read[0]);
      }
      photometricAt = tag == PHOTOMETRIC && type == 3 ? from : photometricAt;
    }
    return new TiffTags(values, photometricAt);
  }

  private static int number(long value) {
    return value < 0 || value > Integer.MAX_VALUE ? -1 : (int) value;
  }

  int get(int tag, int otherwise) {
    int[] found = values.get(tag);
    return found == null ? otherwise : found[0];
  }

  /** Refuses what the reader would take for something else. */
  void check() throws IOException {
    int compression = get(COMPRESSION, 1);
    int[] depths = values.getOrDefault(BITS, new int[] {1});
    for (int bits : depths) {
      if (bits != depths[0] || Integer.bitCount(bits) != 1 || bits > 64) {
        throw new IOException(
            "TIFF has " + Arrays.toString(depths) + " bits per sample, not 1, 2, 4, 8, 16 or 32");
      }
    }
    if (compression == JPEG && depths[0] != 8) {
      throw new IOException("TIFF holds a JPEG of " + depths[0] + " bits per sample, not 8");
    }
    if (compression >= FAX_MODIFIED && compression <= FAX_GROUP_4 && depths[0] != 1) {
      throw new IOException("TIFF holds fax data of " + depths[0] + " bits per sample, not 1");
    }
    int[] sampling = values.getOrDefault(SUBSAMPLING, new int[] {2, 2});
    boolean subsampled = sampling[0] != 1 || sampling[sampling.length - 1] != 1;
    if (get(PHOTOMETRIC, -1) == YCBCR && isPlanar() && subsampled) {
      throw new IOException(
          "TIFF has subsampled YCbCr in planes of their own, which is not supported");
    }
  }

  /** Whether each strip or tile is a WebP file. */
  boolean isWebp() {
    return get(COMPRESSION, 1) == WEBP;
  }

  /** Whether each channel lies in a plane of its own. */
  boolean isPlanar() {
    return get(PLANES, 1) == 2;
  }

  /** Whether the pixels are coded as runs of a fax. */
  boolean isFax() {
    int compression = get(COMPRESSION, 1);
    return compression >= FAX_MODIFIED && compression <= FAX_GROUP_4;
  }

  /** Refuses data without compression that end before their last row. */
  void checkUncompressed(byte[] file) throws IOException {
    if (get(COMPRESSION, 1) != 1) {
      return;
    }
    TiffStrips strips = strips();
    boolean planar = isPlanar();
    int samples = planar ? 1 : get(SAMPLES, 1);
    int[] sampling = values.getOrDefault(SUBSAMPLING, new int[] {2, 2});
    int across = sampling[0];
    int down = sampling[sampling.length - 1];
    long rowBytes = ((long) strips.columns() * samples * get(BITS, 1) + 7) / 8;
    if (get(PHOTOMETRIC, -1) != YCBCR || planar || across < 1 || down < 1) {
      across = 1;
      down = 1;
    } else {
      // units of the lumas under one pair of chroma, and that pair
      rowBytes = ((long) strips.columns() + across - 1) / across * ((long) across * down + 2);
    }
    strips.checkUncompressed(
        file, across(strips), get(HEIGHT, 0), rowBytes, down, planar ? get(SAMPLES, 1) : 1);
  }

  private int across(TiffStrips strips) {
    return strips.columns() < 1 ? 1 : Math.max(1, (get(WIDTH, 0) - 1) / strips.columns() + 1);
  }

  TiffStrips strips() {
    boolean tiled = values.containsKey(TILE_OFFSETS);
    int height = get(HEIGHT, 0);
    int rows = get(tiled ? TILE_HEIGHT : ROWS_PER_STRIP, height);
    return new TiffStrips(
        tiled,
        values.getOrDefault(tiled ? TILE_OFFSETS : STRIP_OFFSETS, new int[0]),
        values.getOrDefault(tiled ? TILE_COUNTS : STRIP_COUNTS, new int[0]),
        get(tiled ? TILE_WIDTH : WIDTH, 0),
        // 2^32 - 1 stands for all rows
        rows < 0 ? height : tiled ? rows : Math.min(rows, height));
  }

  /** Whether a second channel of eight bits stands beside the index of a palette. */
  boolean hasPaletteAndExtra() {
    return get(PHOTOMETRIC, -1) == PALETTE
        && get(SAMPLES, 1) == 2
        && get(BITS, 1) == 8
        && get(PLANES, 1) == 1
        && photometricAt >= 0
        && values.containsKey(COLOR_MAP)
        && get(WIDTH, 0) > 0
        && get(HEIGHT, 0) > 0;
  }

  /** Returns the file with the indices of its palette as grey. */
  byte[] withIndicesAsGrey(byte[] file) {
    byte[] out = file.clone();
    out[photometricAt] = (byte) (file[0] == 'I' ? 1 : 0);
    out[photometricAt + 1] = (byte) (file[0] == 'I' ? 0 : 1);
    return out;
  }

  /**
   * Looks up the colours of indices.
   *
   * @param indices a picture whose red is the index
   */
  RgbImage colors(RgbImage indices) {
    int[] map = values.getOrDefault(COLOR_MAP, new int[0]);
    int entries = map.length / RgbImage.CHANNELS;
    byte[] out = new byte[indices.pixels().length];
    for (int i = 0; i < out.length; i++) {
      int channel = i % RgbImage.CHANNELS;
      int index = indices.pixels()[i - channel] & 0xff;
      // an index beyond the palette is black, as in Pillow
      out[i] = index < entries ? (byte) (map[channel * entries + index] >> 8) : 0;
    }
    return new RgbImage(indices.width(), indices.height(), out);
  }
}
