package io.r1reward.train.scenes;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The printable characters that stand for bytes in a byte-level vocabulary (GPT-2's table). */
final class ByteAlphabet {
  private static final char[] CHARACTER_OF = new char[256];
  private static final List<String> ALL = new ArrayList<>();

  static {
    char next = 0x100;
    for (int value = 0; value < 256; value++) {
      boolean printable =
          (value >= '!' && value <= '~')
              || (value >= 0xA1 && value <= 0xAC)
              || (value >= 0xAE && value <= 0xFF);
      CHARACTER_OF[value] = printable ? (char) value : next++;
    }
    // printable ones first, as the published vocabulary has them
    for (char c : CHARACTER_OF) {
      if (c < 0x100) {
        ALL.add(String.valueOf(c));
      }
    }
    for (char c : CHARACTER_OF) {
      if (c >= 0x100) {
        ALL.add(String.valueOf(c));
      }
    }
  }

  private ByteAlphabet() {}

  static List<String> all() {
    return ALL;
  }

  static List<String> encode(String text) {
    List<String> characters = new ArrayList<>();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      characters.add(String.valueOf(CHARACTER_OF[b & 0xFF]));
    }
    return characters;
  }
}
