package io.r1reward.core.media;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The segments of a JPEG file before its first scan, found as libjpeg does: what lies between two
 * segments and is no marker is passed over. Immutable.
 *
 * @param segments in the order of the file, without the scan's own
 * @param scan where the marker of the first scan begins
 * @param stray whether bytes were passed over that belong to no segment
 */
record JpegSegments(List<Segment> segments, int scan, boolean stray) {

  private static final int FIRST_ARITHMETIC = 0xc9;
  private static final int START_OF_SCAN = 0xda;
  private static final int END_OF_IMAGE = 0xd9;
  private static final int FIRST_RESTART = 0xd0;
  private static final int LAST_RESTART = 0xd7;
  private static final int TEMPORARY = 0x01;

  /** A segment's marker, where its content begins, and where it ends. */
  record Segment(int marker, int body, int end) {

    /** Whether this is a frame header, of whatever coding. */
    boolean isFrame() {
      return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }
  }

  static JpegSegments of(byte[] file) throws IOException {
    List<Segment> segments = new ArrayList<>();
    boolean stray = false;
    int at = 2;
    while (true) {
      int start = at;
      while (at + 1 < file.length && !startsMarker(file, at)) {
        stray |= file[at] != (byte) 0xff || file[at + 1] == 0;
        at++;
      }
      if (at + 4 > file.length) {
        throw new EOFException("JPEG is truncated before its first scan");
      }
      int marker = file[at + 1] & 0xff;
      if (marker == END_OF_IMAGE) {
        throw new IOException("JPEG ends without a scan, from byte " + start);
      }
      if (marker == TEMPORARY || (marker >= FIRST_RESTART && marker <= LAST_RESTART)) {
        stray = true; // a marker without content
        at += 2;
        continue;
      }
      int end = at + 2 + ((file[at + 2] & 0xff) << 8 | (file[at + 3] & 0xff));
      if (end > file.length || end < at + 4) {
        throw new EOFException("JPEG is truncated before its first scan");
      }
      if (marker == START_OF_SCAN) {
        return new JpegSegments(List.copyOf(segments), at, stray);
      }
      segments.add(new Segment(marker, at + 4, end));
      at = end;
    }
  }

  /** Whether the entropy coding is arithmetic, not Huffman's. */
  boolean isArithmetic() {
    return segments.stream().anyMatch(s -> s.isFrame() && s.marker() >= FIRST_ARITHMETIC);
  }

  private static boolean startsMarker(byte[] file, int at) {
    return file[at] == (byte) 0xff && file[at + 1] != 0 && file[at + 1] != (byte) 0xff;
  }

  /**
   * Returns the file without stray bytes, which not every decoder passes over: as it is if none.
   */
  byte[] cleaned(byte[] file) {
    if (!stray) {
      return file;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(file.length);
    out.write(file, 0, 2);
    for (Segment segment : segments) {
      int start = segment.body() - 4;
      out.write(file, start, segment.end() - start);
    }
    out.write(file, scan, file.length - scan);
    return out.toByteArray();
  }
}
