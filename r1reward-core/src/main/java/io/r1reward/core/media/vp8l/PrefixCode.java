package io.r1reward.core.media.vp8l;

import java.io.IOException;
import java.util.Arrays;

/** One canonical prefix code. Immutable. */
final class PrefixCode {

  private static final int MAX_LENGTH = 15;
  private static final int TABLE_BITS = 9;
  private static final int LENGTH_BITS = 4;
  private static final int REPEAT_LAST = 16;
  private static final int[] LENGTH_ORDER = {
    17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  };

  /** How many codes have each length. */
  private final int[] counts = new int[MAX_LENGTH + 1];

  /** The symbols in the order of their codes. */
  private final int[] symbols;

  private final int tableBits;

  /** Symbol and length of every beginning that holds a whole code, else 0. */
  private final int[] table;

  private PrefixCode(int[] lengths) throws IOException {
    int used = 0;
    int longest = 0;
    for (int length : lengths) {
      counts[length]++;
      used += length > 0 ? 1 : 0;
      longest = Math.max(longest, length);
    }
    counts[0] = 0;
    symbols = new int[used];
    int[] offsets = new int[MAX_LENGTH + 2];
    int free = 1 << MAX_LENGTH;
    for (int length = 1; length <= MAX_LENGTH; length++) {
      offsets[length + 1] = offsets[length] + counts[length];
      free -= counts[length] << (MAX_LENGTH - length);
    }
    if (used != 1 && free != 0) {
      throw new IOException("WebP has a malformed prefix code in its lossless data");
    }
    for (int symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] > 0) {
        symbols[offsets[lengths[symbol]]++] = symbol;
      }
    }
    tableBits = used == 1 ? 0 : Math.min(TABLE_BITS, longest);
    table = new int[1 << tableBits];
    fillTable();
  }

  private void fillTable() {
    int code = 0;
    int index = 0;
    for (int length = 1; length <= tableBits; length++) {
      for (int i = 0; i < counts[length]; i++) {
        int first = Integer.reverse(code++) >>> (Integer.SIZE - length);
        for (int at = first; at < table.length; at += 1 << length) {
          table[at] = symbols[index] << LENGTH_BITS | length;
        }
        index++;
      }
      code <<= 1;
    }
  }

  /** Reads the next symbol. */
  int symbol(BitReader in) throws IOException {
    if (tableBits == 0) {
      return symbols[0];
    }
    int bits = in.peek(MAX_LENGTH);
    int entry = table[bits & (table.length - 1)];
    if (entry != 0) {
      in.skip(entry & MAX_LENGTH);
      return entry >>> LENGTH_BITS;
    }
    int code = 0;
    int first = 0;
    int index = 0;
    for (int length = 1; length <= MAX_LENGTH; length++) {
      code |= bits & 1;
      bits >>= 1;
      if (code - first < counts[length]) {
        in.skip(length);
        return symbols[index + code - first];
      }
      index += counts[length];
      first = (first + counts[length]) << 1;
      code <<= 1;
    }
    throw new IOException("WebP has an unknown code in its lossless data");
  }

  /** Reads the description of a code for symbols below {@code size}. */
  static PrefixCode read(BitReader in, int size) throws IOException {
    int[] lengths = new int[size];
    if (in.flag()) {
      boolean two = in.flag();
      set(lengths, in.read(in.flag() ? 8 : 1), 1);
      if (two) {
        set(lengths, in.read(8), 1);
      }
      return new PrefixCode(lengths);
    }
    int[] ofLengths = new int[LENGTH_ORDER.length];
    int described = 4 + in.read(4);
    for (int i = 0; i < described; i++) {
      ofLengths[LENGTH_ORDER[i]] = in.read(3);
    }
    PrefixCode code = new PrefixCode(ofLengths);
    int left = in.flag() ? 2 + in.read(2 + 2 * in.read(3)) : size;
    int previous = 8;
    for (int at = 0; at < size && left > 0; left--) {
      int length = code.symbol(in);
      if (length < REPEAT_LAST) {
        lengths[at++] = length;
        previous = length == 0 ? previous : length;
      } else {
        boolean zeros = length > REPEAT_LAST;
        int count = !zeros ? 3 + in.read(2) : length == 17 ? 3 + in.read(3) : 11 + in.read(7);
        if (at + count > size) {
          throw new IOException("WebP has too many code lengths in its lossless data");
        }
        Arrays.fill(lengths, at, at + count, zeros ? 0 : previous);
        at += count;
      }
    }
    return new PrefixCode(lengths);
  }

  private static void set(int[] lengths, int symbol, int length) throws IOException {
    if (symbol >= lengths.length) {
      throw new IOException("WebP has a symbol out of range in its lossless data");
    }
    lengths[symbol] = length;
  }
}
