package io.r1reward.core.media.vp8;

import java.io.IOException;
import java.util.Arrays;

/**
 * Decodes one key frame of VP8 to RGB. Thread-safe.
 *
 * <p>Follows RFC 6386, VP8 Data Format and Decoding Guide; the conversion to RGB is libwebp's.
 */
public final class KeyFrame {

  /** Samples of a macroblock's side. */
  private static final int SIDE = 16;

  private final FrameHeader header;
  private final Coefficients coefficients;
  private final int columns;
  private final int rows;
  private final Plane luma;
  private final Plane u;
  private final Plane v;

  /** 4 x 4 modes above each macroblock, and left of the current one. */
  private final int[] modesAbove;

  private final int[] modesLeft = new int[4];
  private final int[] modes = new int[16];
  private final LoopFilter[] filters;

  private KeyFrame(FrameHeader header) {
    this.header = header;
    this.columns = (header.width + SIDE - 1) / SIDE;
    this.rows = (header.height + SIDE - 1) / SIDE;
    this.luma = new Plane(columns * SIDE, rows * SIDE);
    this.u = new Plane(columns * SIDE / 2, rows * SIDE / 2);
    this.v = new Plane(columns * SIDE / 2, rows * SIDE / 2);
    this.coefficients = new Coefficients(header, columns);
    this.modesAbove = new int[columns * 4];
    this.filters = new LoopFilter[Math.multiplyExact(columns, rows)];
  }

  /**
   * Returns width and height from the header of a key frame.
   *
   * @throws IOException if it is truncated or no key frame
   */
  public static int[] size(byte[] data, int start, int end) throws IOException {
    return FrameHeader.size(data, start, end);
  }

  /**
   * Decodes the key frame that lies from {@code start} to {@code end}.
   *
   * @return {@code [height, width, 3]}: red, green and blue, row-major
   * @throws IOException if the data are truncated or malformed
   */
  public static byte[] decode(byte[] data, int start, int end) throws IOException {
    KeyFrame frame = new KeyFrame(new FrameHeader(data, start, end));
    for (int row = 0; row < frame.rows; row++) {
      frame.decodeRow(row);
    }
    frame.filter();
    return RgbPlanes.interleaved(
        frame.luma, frame.u, frame.v, frame.header.width, frame.header.height);
  }

  private void decodeRow(int row) throws IOException {
    BoolDecoder tokens = header.tokens[row % header.tokens.length];
    coefficients.startRow();
    Arrays.fill(modesLeft, Predictor.DC);
    for (int column = 0; column < columns; column++) {
      decodeMacroblock(tokens, column, row);
    }
  }

  private void decodeMacroblock(BoolDecoder tokens, int column, int row) throws IOException {
    BoolDecoder in = header.modes;
    int segment = header.segmentMap ? readSegment(in) : 0;
    boolean skipped = header.skipProbability >= 0 && in.bit(header.skipProbability) == 1;
    boolean subblocks = in.bit(145) == 0;
    int mode = Predictor.DC;
    if (subblocks) {
      readSubblockModes(in, column);
    } else {
      mode = readLumaMode(in);
      Arrays.fill(modesLeft, mode);
      Arrays.fill(modesAbove, column * 4, column * 4 + 4, mode);
    }
    int chromaMode = readChromaMode(in);
    boolean any = false;
    if (skipped) {
      coefficients.skip(column, subblocks);
    } else {
      any = coefficients.read(tokens, column, segment, subblocks);
    }
    filters[row * columns + column] = LoopFilter.of(header, segment, subblocks, subblocks || any);
    int x = column * SIDE;
    int y = row * SIDE;
    if (subblocks) {
      rebuildSubblocks(column, row);
    } else {
      Predictor.block(luma, x, y, SIDE, mode);
      addCoefficients(luma, x, y, 4, 0);
    }
    Predictor.block(u, x / 2, y / 2, SIDE / 2, chromaMode);
    Predictor.block(v, x / 2, y / 2, SIDE / 2, chromaMode);
    addCoefficients(u, x / 2, y / 2, 2, 16);
    addCoefficients(v, x / 2, y / 2, 2, 20);
  }

  private int readSegment(BoolDecoder in) throws IOException {
    int high = in.bit(header.segmentTree[0]);
    return 2 * high + in.bit(header.segmentTree[1 + high]);
  }

  private static int readLumaMode(BoolDecoder in) throws IOException {
    if (in.bit(156) == 1) {
      return in.bit(128) == 1 ? Predictor.TRUE_MOTION : Predictor.HORIZONTAL;
    }
    return in.bit(163) == 1 ? Predictor.VERTICAL : Predictor.DC;
  }

  private static int readChromaMode(BoolDecoder in) throws IOException {
    if (in.bit(142) == 0) {
      return Predictor.DC;
    } else if (in.bit(114) == 0) {
      return Predictor.VERTICAL;
    }
    return in.bit(183) == 1 ? Predictor.TRUE_MOTION : Predictor.HORIZONTAL;
  }

  private void readSubblockModes(BoolDecoder in, int column) throws IOException {
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        int above = modesAbove[column * 4 + x];
        int tree = (above * Tables.SUBBLOCK_MODES + modesLeft[y]) * (Tables.SUBBLOCK_MODES - 1);
        int mode = readSubblockMode(in, tree);
        modes[y * 4 + x] = mode;
        modesAbove[column * 4 + x] = mode;
        modesLeft[y] = mode;
      }
    }
  }

  /** The tree of section 11.2, whose leaves are numbered as in {@link Predictor}. */
  private static int readSubblockMode(BoolDecoder in, int tree) throws IOException {
    int[] probabilities = Tables.SUBBLOCK_MODE_TREES;
    for (int mode = 0; mode < 3; mode++) {
      if (in.bit(probabilities[tree + mode]) == 0) {
        return mode;
      }
    }
    if (in.bit(probabilities[tree + 3]) == 0) {
      if (in.bit(probabilities[tree + 4]) == 0) {
        return 3;
      }
      return 4 + in.bit(probabilities[tree + 5]);
    }
    for (int mode = 6; mode < 9; mode++) {
      if (in.bit(probabilities[tree + mode]) == 0) {
        return mode;
      }
    }
    return 9;
  }

  private void rebuildSubblocks(int column, int row) {
    int x = column * SIDE;
    int y = row * SIDE;
    int[] behindMacroblock = aboveRight(column, row);
    int[] aboveRight = new int[4];
    for (int i = 0; i < 16; i++) {
      int at = luma.at(x + i % 4 * 4, y + i / 4 * 4);
      boolean lastColumn = i % 4 == 3;
      for (int k = 0; k < 4; k++) {
        // behind the macroblock nothing below its top row is decoded yet
        aboveRight[k] = lastColumn ? behindMacroblock[k] : luma.get(at - luma.stride + 4 + k);
      }
      Predictor.subblock(luma, at, modes[i], aboveRight);
      Transforms.addInverseCosine(coefficients.values, i * 16, luma, at);
    }
  }

  /** The four samples above and to the right of a macroblock. */
  private int[] aboveRight(int column, int row) {
    int[] samples = new int[4];
    for (int k = 0; k < 4; k++) {
      // the last column repeats its own last sample; above the picture everything is alike
      int x = Math.min((column + 1) * SIDE + k, columns * SIDE - 1);
      samples[k] = luma.get(luma.at(x, row * SIDE - 1));
    }
    return samples;
  }

  private void addCoefficients(Plane plane, int x, int y, int side, int firstBlock) {
    for (int i = 0; i < side * side; i++) {
      int at = plane.at(x + i % side * 4, y + i / side * 4);
      Transforms.addInverseCosine(coefficients.values, (firstBlock + i) * 16, plane, at);
    }
  }

  private void filter() {
    if (header.filterLevel == 0) {
      return;
    }
    for (int i = 0; i < filters.length; i++) {
      int x = i % columns * SIDE;
      int y = i / columns * SIDE;
      if (header.simpleFilter) {
        filters[i].simple(luma, x, y);
      } else {
        filters[i].normal(luma, u, v, x, y);
      }
    }
  }
}
