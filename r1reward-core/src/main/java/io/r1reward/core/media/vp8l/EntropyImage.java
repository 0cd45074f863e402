package io.r1reward.core.media.vp8l;

import java.io.IOException;

/** Pixels coded as literals, copies of earlier pixels and entries of a colour cache. */
final class EntropyImage {

  private static final int LITERALS = 256;
  private static final int LENGTHS = 24;
  private static final int DISTANCES = 40;
  private static final int MAX_CACHE_BITS = 11;
  private static final int CACHE_HASH = 0x1e35a7bd;

  /** Rows above and columns to the left, plus 8, of the pixels that have the shortest codes. */
  private static final String NEAR =
      "1807171928062729161a262a38053739151b363a252b48044749141c353b"
          + "464a242c58454b343c035759131d565a232d444c555b333d68026769121e"
          + "666a222e545c434d656b323e78017779535d111f646c424e767a212f757b"
          + "313f636d525e00747c414f1020626e30737d515f40727e616f50717f6070";

  private final BitReader in;
  private final int width;
  private final int[] pixels;
  private int[] cache = {};
  private int cacheShift;
  private int filled;

  private EntropyImage(BitReader in, int width, int height) {
    this.in = in;
    this.width = width;
    this.pixels = new int[Math.multiplyExact(width, height)];
  }

  /** The five codes of a region, for green and lengths, red, blue, alpha, and distances. */
  private record Group(
      PrefixCode green, PrefixCode red, PrefixCode blue, PrefixCode alpha, PrefixCode distance) {}

  /**
   * Reads an image.
   *
   * @param regions whether it may have different codes for its regions
   */
  static int[] read(BitReader in, int width, int height, boolean regions) throws IOException {
    EntropyImage image = new EntropyImage(in, width, height);
    image.readPixels(height, regions);
    return image.pixels;
  }

  private void readPixels(int height, boolean regions) throws IOException {
    if (in.flag()) {
      int bits = in.read(4);
      if (bits < 1 || bits > MAX_CACHE_BITS) {
        throw new IOException("WebP has a colour cache of " + bits + " bits");
      }
      cache = new int[1 << bits];
      cacheShift = Integer.SIZE - bits;
    }
    int shift = 0;
    int[] map = {0};
    if (regions && in.flag()) {
      shift = 2 + in.read(3);
      map = read(in, Transform.blocks(width, shift), Transform.blocks(height, shift), false);
    }
    boolean[] used = new boolean[1 << 16];
    int count = 0;
    for (int i = 0; i < map.length; i++) {
      map[i] = map[i] >> 8 & 0xffff;
      used[map[i]] = true;
      count = Math.max(count, map[i] + 1);
    }
    Group[] groups = new Group[count];
    for (int i = 0; i < count; i++) {
      Group group = readGroup();
      groups[i] = used[i] ? group : groups[0];
    }
    int mapWidth = Transform.blocks(width, shift);
    while (filled < pixels.length) {
      int x = filled % width;
      int y = filled / width;
      int group = map.length == 1 ? map[0] : map[(y >> shift) * mapWidth + (x >> shift)];
      readPixel(groups[group]);
    }
  }

  private Group readGroup() throws IOException {
    return new Group(
        PrefixCode.read(in, LITERALS + LENGTHS + cache.length),
        PrefixCode.read(in, LITERALS),
        PrefixCode.read(in, LITERALS),
        PrefixCode.read(in, LITERALS),
        PrefixCode.read(in, DISTANCES));
  }

  private void readPixel(Group group) throws IOException {
    int code = group.green().symbol(in);
    if (code < LITERALS) {
      int red = group.red().symbol(in);
      int blue = group.blue().symbol(in);
      add(group.alpha().symbol(in) << 24 | red << 16 | code << 8 | blue);
    } else if (code < LITERALS + LENGTHS) {
      int length = number(code - LITERALS);
      int distance = distance(number(group.distance().symbol(in)));
      if (distance > filled || length > pixels.length - filled) {
        throw new IOException("WebP copies pixels from outside of the picture");
      }
      for (int i = 0; i < length; i++) {
        add(pixels[filled - distance]);
      }
    } else {
      add(cache[code - LITERALS - LENGTHS]);
    }
  }

  private void add(int argb) {
    pixels[filled++] = argb;
    if (cache.length > 0) {
      cache[(CACHE_HASH * argb) >>> cacheShift] = argb;
    }
  }

  /** A symbol and its extra bits. */
  private int number(int symbol) throws IOException {
    if (symbol < 4) {
      return symbol + 1;
    }
    int extra = (symbol - 2) >> 1;
    return ((2 + (symbol & 1)) << extra) + in.read(extra) + 1;
  }

  private int distance(int code) {
    int near = NEAR.length() / 2;
    if (code > near) {
      return code - near;
    }
    int above = Character.digit(NEAR.charAt(2 * code - 2), 16);
    int left = 8 - Character.digit(NEAR.charAt(2 * code - 1), 16);
    return Math.max(1, above * width + left);
  }
}
