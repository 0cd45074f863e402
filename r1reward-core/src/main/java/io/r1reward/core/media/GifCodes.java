package io.r1reward.core.media;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Takes the second of two clear codes in a row out of a GIF's first frame: the JDK's reader draws
 * it as a pixel. Everything else of the frame stays as it is. Not thread-safe.
 */
final class GifCodes {

  private static final int HEADER = 13;
  private static final int MOST_BITS = 12;
  private static final int MOST_IN_BLOCK = 255;

  private final byte[] file;
  private final int clear;
  private final ByteArrayOutputStream codes = new ByteArrayOutputStream();
  private int pending;
  private int pendingBits;

  private GifCodes(byte[] file, int clear) {
    this.file = file;
    this.clear = clear;
  }

  /** Returns the file without such codes: as it is if there are none, or if it is malformed. */
  static byte[] cleaned(byte[] file) {
    int at = firstFrame(file);
    if (at < 0 || at >= file.length || file[at] < 1 || file[at] > 8) {
      return file;
    }
    byte[] clean = new GifCodes(file, 1 << file[at]).frame(at + 1);
    return clean == null ? file : clean;
  }

  /** Where the first frame's code size lies, or -1. */
  private static int firstFrame(byte[] file) {
    int at = HEADER + paletteBytes(file, 10);
    while (at + 10 < file.length) {
      if (file[at] == ',') {
        return at + 10 + paletteBytes(file, at + 9);
      } else if (file[at] != '!') {
        return -1;
      }
      at = blocksEnd(file, at + 2);
    }
    return -1;
  }

  private static int paletteBytes(byte[] file, int flags) {
    boolean present = flags < file.length && file[flags] < 0;
    return present ? 3 << ((file[flags] & 7) + 1) : 0;
  }

  private static int blocksEnd(byte[] file, int at) {
    while (at < file.length && file[at] != 0) {
      at += 1 + (file[at] & 0xff);
    }
    return at + 1;
  }

  private byte @Nullable [] frame(int start) {
    byte[] data = content(start);
    int first = Integer.numberOfTrailingZeros(clear) + 1;
    int bits = first;
    int next = clear + 2;
    boolean afterClear = false;
    boolean inFrame = false;
    boolean found = false;
    for (long at = 0; at + bits <= 8L * data.length; ) {
      int code = code(data, at, bits);
      at += bits;
      boolean twice = code == clear && afterClear;
      found |= twice;
      if (!twice) {
        put(code, bits);
      }
      if (code == clear + 1) {
        break;
      }
      if (code == clear) {
        bits = first;
        next = clear + 2;
        inFrame = false;
      } else if (inFrame && next < 1 << MOST_BITS) {
        next++;
        bits = next == 1 << bits && bits < MOST_BITS ? bits + 1 : bits;
      } else {
        inFrame = true;
      }
      afterClear = code == clear;
    }
    return found ? joined(start) : null;
  }

  private byte[] content(int at) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (at < file.length && file[at] != 0) {
      int length = Math.min(file[at] & 0xff, file.length - at - 1);
      out.write(file, at + 1, length);
      at += 1 + length;
    }
    return out.toByteArray();
  }

  private static int code(byte[] data, long at, int bits) {
    int code = 0;
    for (int i = 0; i < bits; i++, at++) {
      code |= (data[(int) (at >> 3)] >> (at & 7) & 1) << i;
    }
    return code;
  }

  private void put(int code, int bits) {
    pending |= code << pendingBits;
    pendingBits += bits;
    for (; pendingBits >= 8; pendingBits -= 8, pending >>>= 8) {
      codes.write(pending);
    }
  }

  private byte[] joined(int start) {
    if (pendingBits > 0) {
      codes.write(pending);
    }
    byte[] data = codes.toByteArray();
    ByteArrayOutputStream out = new ByteArrayOutputStream(file.length);
    out.write(file, 0, start);
    for (int at = 0; at < data.length; at += MOST_IN_BLOCK) {
      int length = Math.min(MOST_IN_BLOCK, data.length - at);
      out.write(length);
      out.write(data, at, length);
    }
    int end = blocksEnd(file, start) - 1;
    out.write(file, Math.min(end, file.length), Math.max(0, file.length - end));
    return out.toByteArray();
  }
}
