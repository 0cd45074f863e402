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
  private static final int FIRST_FRAME = 0xc0;
  private static final int DRI = 0xdd;

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
      int end = at + 2 + length(file, at + 2);
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

  /** Whether this is baseline or extended sequential coding with Huffman's codes. */
  boolean isSequential() {
    return segments.stream().anyMatch(s -> s.marker() == 0xc0 || s.marker() == 0xc1);
  }

  /**
   * Returns the file as any build of libjpeg reads it: without stray bytes, which not every decoder
   * passes over, with the standard Huffman tables where it leaves them out, and with an end where
   * one is found only behind the last pixel. As it is if all that is well.
   */
  byte[] cleaned(byte[] file) {
    byte[] tables = JpegHuffmanTables.missing(file, this);
    int end = endOfScan(file);
    if (!stray && tables.length == 0 && end == file.length) {
      return file;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(file.length);
    out.write(file, 0, 2);
    for (Segment segment : segments) {
      int start = segment.body() - 4;
      out.write(file, start, segment.end() - start);
    }
    out.writeBytes(tables);
    out.write(file, scan, end - scan);
    if (end < file.length) {
      out.write(0xff);
      out.write(END_OF_IMAGE);
    }
    return out.toByteArray();
  }

  /**
   * Where damage ends the only scan: at a marker whose segment the file does not hold. No decoder
   * takes pixels from behind a marker, and libjpeg, which looks for more than is there when it has
   * all pixels already, does not complain.
   */
  private int endOfScan(byte[] file) {
    if (!isSequential()
        || !scanIsWhole(file)
        || segments.stream().anyMatch(s -> s.marker() == DRI)) {
      return file.length;
    }
    int at = scan + 2 + length(file, scan + 2);
    while (at + 1 < file.length && !startsMarker(file, at)) {
      at++;
    }
    if (at + 1 >= file.length) {
      return file.length;
    }
    int marker = file[at + 1] & 0xff;
    boolean bare = marker < FIRST_FRAME || (marker >= FIRST_RESTART && marker <= END_OF_IMAGE);
    boolean held = at + 4 <= file.length && at + 2 + length(file, at + 2) <= file.length;
    return bare || held ? file.length : at;
  }

  /** Whether the first scan holds all components of the frame. */
  private boolean scanIsWhole(byte[] file) {
    for (Segment segment : segments) {
      if (segment.isFrame()) {
        return segment.end() - segment.body() > 5
            && scan + 4 < file.length
            && file[segment.body() + 5] == file[scan + 4];
      }
    }
    return false;
  }

  private static int length(byte[] file, int at) {
    return (file[at] & 0xff) << 8 | (file[at + 1] & 0xff);
  }
}
