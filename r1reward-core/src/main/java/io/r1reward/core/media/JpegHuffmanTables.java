package io.r1reward.core.media;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.plugins.jpeg.JPEGHuffmanTable;

/**
 * The Huffman tables of ITU-T T.81, annex K.3, which frames of Motion JPEG leave out and libjpeg
 * puts in. Thread-safe.
 */
final class JpegHuffmanTables {

  private static final int DEFINE_TABLES = 0xc4;
  private static final int LENGTHS = 16;

  /** By class and number, as the first byte of a table holds them. */
  private static final Map<Integer, JPEGHuffmanTable> STANDARD =
      new TreeMap<>(
          Map.of(
              0x00, JPEGHuffmanTable.StdDCLuminance,
              0x01, JPEGHuffmanTable.StdDCChrominance,
              0x10, JPEGHuffmanTable.StdACLuminance,
              0x11, JPEGHuffmanTable.StdACChrominance));

  private JpegHuffmanTables() {}

  /**
   * Returns a segment of the standard tables that a file of sequential Huffman coding does not
   * define before its first scan; empty if there are none.
   */
  static byte[] missing(byte[] file, JpegSegments segments) {
    ByteArrayOutputStream tables = new ByteArrayOutputStream();
    STANDARD.forEach(
        (id, table) -> {
          if (segments.isSequential() && !defines(file, segments, id)) {
            tables.write(id);
            tables.writeBytes(bytes(table.getLengths(), LENGTHS));
            tables.writeBytes(bytes(table.getValues(), table.getValues().length));
          }
        });
    if (tables.size() == 0) {
      return new byte[0];
    }
    int length = 2 + tables.size();
    ByteArrayOutputStream segment = new ByteArrayOutputStream();
    segment.writeBytes(new byte[] {-1, (byte) DEFINE_TABLES, (byte) (length >> 8), (byte) length});
    segment.writeBytes(tables.toByteArray());
    return segment.toByteArray();
  }

  private static byte[] bytes(short[] values, int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static boolean defines(byte[] file, JpegSegments segments, int id) {
    for (JpegSegments.Segment segment : segments.segments()) {
      int at = segment.marker() == DEFINE_TABLES ? segment.body() : segment.end();
      while (at + LENGTHS < segment.end()) {
        if (file[at] == id) {
          return true;
        }
        int codes = 0;
        for (int i = 1; i <= LENGTHS; i++) {
          codes += file[at + i] & 0xff;
        }
        at += 1 + LENGTHS + codes;
      }
    }
    return false;
  }
}
