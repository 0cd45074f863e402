package io.r1reward.core.media.vp8;

import java.io.EOFException;

/** The arithmetic decoder of RFC 6386, section 7, over one partition. Not thread-safe. */
final class BoolDecoder {

  private static final int EVEN = 128;

  private final byte[] data;
  private final int end;
  private int position;

  /** Size of the interval less one, 127 to 254. */
  private int range = 254;

  /** What is read and not yet used: 8 bits to compare with, and {@link #spareBits} below them. */
  private long value;

  private int spareBits = -8;

  BoolDecoder(byte[] data, int start, int end) {
    this.data = data;
    this.position = start;
    this.end = end;
  }

  /**
   * Reads one bit that is 0 with a probability of {@code probability} / 256.
   *
   * @throws EOFException if the partition has ended
   */
  int bit(int probability) throws EOFException {
    if (spareBits < 0) {
      load();
    }
    int split = (range * probability) >> 8;
    boolean one = (value >> spareBits) > split;
    int interval;
    if (one) {
      interval = range - split;
      value -= (long) (split + 1) << spareBits;
    } else {
      interval = split + 1;
    }
    int shift = Integer.numberOfLeadingZeros(interval) - 24;
    range = (interval << shift) - 1;
    spareBits -= shift;
    return one ? 1 : 0;
  }

  boolean flag() throws EOFException {
    return bit(EVEN) == 1;
  }

  /** Reads an unsigned number, its highest bit first. */
  int unsigned(int bits) throws EOFException {
    int number = 0;
    for (int i = 0; i < bits; i++) {
      number = number << 1 | bit(EVEN);
    }
    return number;
  }

  /** Reads a number and then its sign. */
  int signed(int bits) throws EOFException {
    int magnitude = unsigned(bits);
    return flag() ? -magnitude : magnitude;
  }

  /** Reads whether there is a signed number, and the number, or returns 0. */
  int optionalSigned(int bits) throws EOFException {
    return flag() ? signed(bits) : 0;
  }

  private void load() throws EOFException {
    if (position >= end) {
      throw new EOFException("VP8 partition is truncated");
    }
    while (spareBits < 24 && position < end) {
      value = value << 8 | (data[position++] & 0xff);
      spareBits += 8;
    }
  }
}
