package io.r1reward.core.media;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Finds fax data that end before their last row, which the format's reader leaves white without a
 * warning: rows that depend on what comes behind the data are none of theirs. Thread-safe.
 */
final class TiffFax {

  private static final int RUN_LENGTH = 2;
  private static final int GROUP_3 = 3;
  private static final int GROUP_4 = 4;

  /** More than one, as a damaged row may take the next one along. */
  private static final int ROWS = 4;

  /** No white pixel and one black one, with ITU-T T.4's codes. */
  private static final String BLACK = "00110101" + "010";

  /** That the two runs are told by their lengths, with ITU-T T.6's code. */
  private static final String HORIZONTAL = "001";

  /** An end of line of ITU-T T.4. */
  private static final String END_OF_LINE = "0000000000000001";

  private static final int[] KEPT_TAGS = {
    TiffTags.WIDTH,
    TiffTags.HEIGHT,
    TiffTags.BITS,
    TiffTags.COMPRESSION,
    TiffTags.PHOTOMETRIC,
    TiffTags.FILL_ORDER,
    TiffTags.STRIP_OFFSETS,
    TiffTags.SAMPLES,
    TiffTags.ROWS_PER_STRIP,
    TiffTags.STRIP_COUNTS,
    TiffTags.T4_OPTIONS,
    TiffTags.T6_OPTIONS
  };

  private TiffFax() {}

  /**
   * Refuses a picture that is another one with black rows behind the data of each strip.
   *
   * @param decoded as it lies in the file
   */
  static void check(byte[] file, TiffTags tags, RgbImage decoded, MediaLimits limits)
      throws IOException {
    TiffStrips strips = tags.strips();
    if (strips.tiled() || strips.offsets().length == 0) {
      return;
    }
    byte[] longer = withBlackRows(file, tags, strips);
    RgbImage other;
    try {
      other = ImageDecoder.read(ImageFormat.TIFF, longer, limits, ImageDecoder::raw);
    } catch (IOException | RuntimeException e) {
      throw new IOException("TIFF has fax data that are damaged", e);
    }
    int row = Arrays.mismatch(decoded.pixels(), other.pixels());
    if (row >= 0) {
      throw new EOFException(
          "TIFF is truncated: its fax data end or are damaged before row "
              + row / (RgbImage.CHANNELS * decoded.width())
              + " of "
              + decoded.height());
    }
  }

  private static byte[] withBlackRows(byte[] file, TiffTags tags, TiffStrips strips)
      throws IOException {
    byte[] rows = blackRows(tags, strips.columns());
    if (tags.get(TiffTags.FILL_ORDER, 1) == 2) {
      for (int i = 0; i < rows.length; i++) {
        rows[i] = (byte) (Integer.reverse(rows[i]) >>> 24);
      }
    }
    int count = strips.used(tags.get(TiffTags.HEIGHT, 0));
    int[] offsets = new int[count];
    int[] counts = new int[count];
    ByteArrayOutputStream data = new ByteArrayOutputStream(file.length);
    int dataAt = 8 + 2 + 12 * KEPT_TAGS.length + 4 + 8 * count;
    for (int i = 0; i < count; i++) {
      offsets[i] = dataAt + data.size();
      int from = Math.max(0, Math.min(file.length, strips.offsets()[i]));
      if (data.size() - (long) i * rows.length > file.length) {
        throw new IOException("TIFF has strips of fax data that overlap");
      }
      data.write(file, from, Math.max(0, strips.end(file, i) - from));
      data.writeBytes(rows);
      counts[i] = dataAt + data.size() - offsets[i];
    }
    ByteBuffer out = ByteBuffer.allocate(dataAt + data.size()).order(ByteOrder.LITTLE_ENDIAN);
    out.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8);
    out.putShort((short) KEPT_TAGS.length);
    int listAt = dataAt - 8 * count;
    for (int tag : KEPT_TAGS) {
      boolean ofOffsets = tag == TiffTags.STRIP_OFFSETS;
      boolean list = ofOffsets || tag == TiffTags.STRIP_COUNTS;
      out.putShort((short) tag).putShort((short) 4).putInt(list ? count : 1);
      if (!list) {
        out.putInt(tag == TiffTags.ROWS_PER_STRIP ? strips.rows() : tags.get(tag, otherwise(tag)));
      } else if (count == 1) {
        out.putInt(ofOffsets ? offsets[0] : counts[0]);
      } else {
        out.putInt(ofOffsets ? listAt : listAt + 4 * count);
      }
    }
    out.putInt(0);
    for (int offset : offsets) {
      out.putInt(offset);
    }
    for (int bytes : counts) {
      out.putInt(bytes);
    }
    return out.put(data.toByteArray()).array();
  }

  private static int otherwise(int tag) {
    return tag == TiffTags.T4_OPTIONS || tag == TiffTags.T6_OPTIONS ? 0 : 1;
  }

  private static byte[] blackRows(TiffTags tags, int columns) {
    int compression = tags.get(TiffTags.COMPRESSION, 0);
    String before = "";
    if (compression == GROUP_3) {
      // where rows may be told by the row above, a bit tells that this one is not
      before = END_OF_LINE + ((tags.get(TiffTags.T4_OPTIONS, 0) & 1) == 1 ? "1" : "");
    }
    String pixel = (compression == GROUP_4 ? HORIZONTAL : "") + BLACK;
    StringBuilder bits = new StringBuilder();
    for (int row = 0; row < ROWS; row++) {
      bits.append(before).append(pixel.repeat(columns));
      while (compression == RUN_LENGTH && bits.length() % 8 != 0) {
        bits.append('0');
      }
    }
    byte[] bytes = new byte[bits.length() / 8 + 1];
    for (int i = 0; i < bits.length(); i++) {
      bytes[i / 8] |= (byte) (bits.charAt(i) == '1' ? 0x80 >> i % 8 : 0);
    }
    return bytes;
  }
}
