package io.r1reward.core.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * The byte alphabet of byte-level BPE vocabularies: every byte is written as one printable
 * character, printable bytes of Latin-1 as themselves and the others as U+0100 and up.
 */
final class ByteLevel {
  /** The byte that a character stands for, or -1. */
  private static final short[] BYTE_OF = new short[0x200];

  static {
    Arrays.fill(BYTE_OF, (short) -1);
    int next = 0x100;
    for (int value = 0; value < 0x100; value++) {
      boolean printable =
          (value >= '!' && value <= '~')
              || (value >= 0xA1 && value <= 0xAC)
              || (value >= 0xAE && value <= 0xFF);
      BYTE_OF[printable ? value : next++] = (short) value;
    }
  }

  private ByteLevel() {}

  /** Returns the bytes of a vocabulary entry; UTF-8 where it is not in the byte alphabet. */
  static byte[] bytes(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      char character = token.charAt(i);
      short value = character < BYTE_OF.length ? BYTE_OF[character] : -1;
      if (value < 0) {
        return token.getBytes(UTF_8);
      }
      bytes[i] = (byte) value;
    }
    return bytes;
  }
}
