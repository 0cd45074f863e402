package io.r1reward.core.text;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How many tokens a text has at least, found without tokenising it: whatever the tokens are, put
 * together they are the text, so each kind of character in it needs as many tokens as the
 * vocabulary leaves possible. Kinds are every ASCII character, the begin of a word (a letter behind
 * a blank, which in a vocabulary of split words no token has twice), and the CJK ideographs. A
 * character that NFC may combine with the next one does not count, so the bound is never above the
 * tokens of the normalised text. Immutable.
 */
final class TokenBound {
  private static final int ASCII = 0x80;
  private static final int WORDS = ASCII;
  private static final int IDEOGRAPHS = ASCII + 1;
  private static final int TOTAL = ASCII + 2;
  private static final int KINDS = ASCII + 3;

  /** Most of each kind in one token. */
  private final int[] most = new int[KINDS];

  /**
   * Looks at a vocabulary.
   *
   * @param tokens bytes of every token that text can have; null where an id has none
   */
  TokenBound(byte[] @Nullable [] tokens) {
    int[] counts = new int[KINDS];
    for (byte[] token : tokens) {
      if (token == null) {
        continue;
      }
      Arrays.fill(counts, 0);
      int before = ' '; // of another token
      for (byte value : token) {
        int unit = value & 0xFF;
        if (unit < ASCII) {
          count(counts, unit, before);
        } else if (unit >= 0xE4 && unit <= 0xE9) { // begins U+4000 to U+9FFF
          counts[IDEOGRAPHS]++;
        }
        before = unit;
      }
      for (int kind = 0; kind < KINDS; kind++) {
        most[kind] = Math.max(most[kind], counts[kind]);
      }
    }
  }

  /** Returns a number of tokens that the text has at least. */
  int atLeast(String text) {
    int[] counts = new int[KINDS];
    char before = 0;
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (unit < ASCII) {
        if (i + 1 == text.length() || text.charAt(i + 1) < ASCII) {
          count(counts, unit, before);
        }
      } else if (unit >= 0x4E00 && unit <= 0x9FFF) {
        counts[IDEOGRAPHS]++;
      }
      before = unit;
    }
    int least = 0;
    for (int kind = 0; kind < KINDS; kind++) {
      if (most[kind] > 0) {
        least = Math.max(least, (counts[kind] + most[kind] - 1) / most[kind]);
      }
    }
    return least;
  }

  private static void count(int[] counts, int unit, int before) {
    counts[unit]++;
    counts[TOTAL]++;
    if (before == ' ' && Character.isAlphabetic(unit)) {
      counts[WORDS]++;
    }
  }
}
