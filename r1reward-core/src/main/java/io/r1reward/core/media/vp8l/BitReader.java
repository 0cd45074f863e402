package io.r1reward.core.media.vp8l;

import java.io.EOFException;

/** Bits of a byte array, lowest first. Not thread-safe. */
final class BitReader {

  private final byte[] data;
  private final int end;
  private int next;
  private long window;
  private int available;

  BitReader(byte[] data, int start, int end) {
    this.data = data;
    this.next = start;
    this.end = end;
  }

  /** Returns the next {@code count} bits, at most 24, with zeros behind the end. */
  int peek(int count) {
    if (available < count) {
      while (available <= 56 && next < end) {
        window |= (data[next++] & 0xffL) << available;
        available += 8;
      }
    }
    return (int) (window & ((1L << count) - 1));
  }

  /** Goes on behind bits that were peeked. */
  void skip(int count) throws EOFException {
    if (count > available) {
      throw new EOFException("WebP is truncated in its lossless data");
    }
    window >>>= count;
    available -= count;
  }

  int read(int count) throws EOFException {
    int value = peek(count);
    skip(count);
    return value;
  }

  boolean flag() throws EOFException {
    return read(1) == 1;
  }
}
