package io.r1reward.core.text;

/**
 * Turns bytes that arrive piecemeal into whole characters. Ill-formed input becomes U+FFFD, one for
 * every maximal part of a character (Unicode 16, section 3.9, "U+FFFD Substitution of Maximal
 * Subparts"), which is what the public implementation does; {@link String#String(byte[],
 * java.nio.charset.Charset)} differs for encoded surrogates. Not thread-safe.
 */
final class Utf8Assembler {
  private static final char REPLACEMENT = '\uFFFD';

  private final StringBuilder target;
  private int codePoint;
  private int missing;
  // range of the next continuation byte: narrower after some lead bytes (Unicode, table 3-7)
  private int low;
  private int high;

  Utf8Assembler(StringBuilder target) {
    this.target = target;
  }

  /** Appends the characters that the bytes complete. */
  void append(byte[] bytes) {
    for (byte signed : bytes) {
      append(signed & 0xFF);
    }
  }

  /** Ends the input: an incomplete character becomes U+FFFD. */
  void finish() {
    if (missing > 0) {
      missing = 0;
      target.append(REPLACEMENT);
    }
  }

  private void append(int value) {
    if (missing > 0) {
      if (value >= low && value <= high) {
        codePoint = codePoint << 6 | (value & 0x3F);
        low = 0x80;
        high = 0xBF;
        if (--missing == 0) {
          target.appendCodePoint(codePoint);
        }
        return;
      }
      finish();
    }
    start(value);
  }

  private void start(int value) {
    low = 0x80;
    high = 0xBF;
    if (value < 0x80) {
      target.append((char) value);
    } else if (value >= 0xC2 && value <= 0xDF) {
      expect(1, value & 0x1F);
    } else if (value >= 0xE0 && value <= 0xEF) {
      expect(2, value & 0x0F);
      low = value == 0xE0 ? 0xA0 : 0x80;
      high = value == 0xED ? 0x9F : 0xBF;
    } else if (value >= 0xF0 && value <= 0xF4) {
      expect(3, value & 0x07);
      low = value == 0xF0 ? 0x90 : 0x80;
      high = value == 0xF4 ? 0x8F : 0xBF;
    } else {
      target.append(REPLACEMENT);
    }
  }

  private void expect(int continuationBytes, int bits) {
    missing = continuationBytes;
    codePoint = bits;
  }
}
