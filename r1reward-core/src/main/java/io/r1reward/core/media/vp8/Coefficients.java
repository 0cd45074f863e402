package io.r1reward.core.media.vp8;

import static io.r1reward.core.media.vp8.Tables.BANDS;
import static io.r1reward.core.media.vp8.Tables.CONTEXTS;
import static io.r1reward.core.media.vp8.Tables.PROBABILITIES;

import java.io.EOFException;
import java.util.Arrays;

/**
 * Reads and dequantises the coefficients of macroblocks: RFC 6386, section 13. Remembers which
 * neighbouring blocks had any. Not thread-safe.
 */
final class Coefficients {

  /** Blocks of a macroblock: 16 of luma in raster order, 4 of U, 4 of V. */
  static final int BLOCKS = 24;

  private static final int LUMA_WITHOUT_DC = 0;
  private static final int LUMA_DC = 1;
  private static final int CHROMA = 2;
  private static final int LUMA = 3;

  private static final int SECOND = 8; // index of the luma DC block among the contexts
  private static final int CONTEXTS_PER_SIDE = 9; // 4 of luma, 2 of U, 2 of V, 1 of luma DC

  /** Dequantised coefficients of the current macroblock, {@code [24, 16]} in raster order. */
  final short[] values = new short[BLOCKS * 16];

  private final FrameHeader header;
  private final boolean[] above;
  private final boolean[] left = new boolean[CONTEXTS_PER_SIDE];
  private final short[] lumaDc = new short[16];

  Coefficients(FrameHeader header, int columns) {
    this.header = header;
    this.above = new boolean[columns * CONTEXTS_PER_SIDE];
  }

  void startRow() {
    Arrays.fill(left, false);
  }

  /** Notes that a macroblock has no coefficients. */
  void skip(int column, boolean subblocks) {
    // without a luma DC block of its own, the macroblock leaves that context alone
    int count = subblocks ? SECOND : CONTEXTS_PER_SIDE;
    Arrays.fill(left, 0, count, false);
    int from = column * CONTEXTS_PER_SIDE;
    Arrays.fill(above, from, from + count, false);
    Arrays.fill(values, (short) 0);
  }

  /**
   * Reads the coefficients of a macroblock into {@link #values}.
   *
   * @param subblocks whether luma is predicted in 4 x 4 blocks, which have a DC of their own
   * @return whether any is not zero
   */
  boolean read(BoolDecoder tokens, int column, int segment, boolean subblocks) throws EOFException {
    Arrays.fill(values, (short) 0);
    int base = column * CONTEXTS_PER_SIDE;
    int first = 0;
    if (!subblocks) {
      Arrays.fill(lumaDc, (short) 0);
      int context = count(above[base + SECOND]) + count(left[SECOND]);
      int end = readBlock(tokens, LUMA_DC, context, 0, header.lumaDcSteps[segment], lumaDc, 0);
      above[base + SECOND] = left[SECOND] = end > 0;
      Transforms.inverseWalshHadamard(lumaDc, values);
      first = 1;
    }
    int type = subblocks ? LUMA : LUMA_WITHOUT_DC;
    boolean any = readPlane(tokens, type, 4, first, header.lumaSteps[segment], base, 0, 0);
    any |= readPlane(tokens, CHROMA, 2, 0, header.chromaSteps[segment], base, 4, 16);
    any |= readPlane(tokens, CHROMA, 2, 0, header.chromaSteps[segment], base, 6, 20);
    return any;
  }

  private boolean readPlane(
      BoolDecoder tokens,
      int type,
      int side,
      int first,
      int[] steps,
      int base,
      int contexts,
      int block)
      throws EOFException {
    boolean any = false;
    int offset = block * 16;
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++, offset += 16) {
        int up = base + contexts + x;
        int context = count(above[up]) + count(left[contexts + y]);
        int end = readBlock(tokens, type, context, first, steps, values, offset);
        above[up] = left[contexts + y] = end > first;
        any |= end > 1 || values[offset] != 0;
      }
    }
    return any;
  }

  private static int count(boolean flag) {
    return flag ? 1 : 0;
  }

  /** Reads one block; returns the position behind its last token that is not zero. */
  private int readBlock(
      BoolDecoder tokens, int type, int context, int first, int[] steps, short[] out, int offset)
      throws EOFException {
    int[] tree = header.coefficients;
    int at = index(type, first, context);
    for (int n = first; n < 16; n++) {
      if (tokens.bit(tree[at]) == 0) {
        return n;
      }
      while (tokens.bit(tree[at + 1]) == 0) {
        n++;
        if (n == 16) {
          return 16;
        }
        at = index(type, n, 0);
      }
      int magnitude = 1;
      if (tokens.bit(tree[at + 2]) == 1) {
        magnitude = large(tokens, tree, at);
      }
      at = index(type, n + 1, magnitude == 1 ? 1 : 2);
      int level = tokens.flag() ? -magnitude : magnitude;
      out[offset + Tables.ZIGZAG[n]] = (short) (level * steps[n > 0 ? 1 : 0]);
    }
    return 16;
  }

  private static int index(int type, int position, int context) {
    int band = Tables.BAND_OF_POSITION[position];
    return ((type * BANDS + band) * CONTEXTS + context) * PROBABILITIES;
  }

  /** The rest of the token tree: magnitudes from 2. */
  private static int large(BoolDecoder tokens, int[] tree, int at) throws EOFException {
    if (tokens.bit(tree[at + 3]) == 0) {
      return tokens.bit(tree[at + 4]) == 0 ? 2 : 3 + tokens.bit(tree[at + 5]);
    }
    if (tokens.bit(tree[at + 6]) == 0) {
      if (tokens.bit(tree[at + 7]) == 0) {
        return 5 + tokens.bit(159);
      }
      int high = tokens.bit(165);
      return 7 + 2 * high + tokens.bit(145);
    }
    int high = tokens.bit(tree[at + 8]);
    int category = 2 * high + tokens.bit(tree[at + 9 + high]);
    int extra = 0;
    for (int probability : Tables.EXTRA_BITS[category]) {
      extra = extra << 1 | tokens.bit(probability);
    }
    return extra + 3 + (8 << category);
  }
}
