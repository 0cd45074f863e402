package io.r1reward.train.data;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines of strict UTF-8, holding one line at a time. A line that is too long or is not UTF-8
 * is given with what is wrong with it, and the next line follows. Not thread-safe.
 */
public final class LineReader implements Closeable {

  /**
   * One line.
   *
   * @param number from 1
   * @param text without its line break; empty where there is a problem
   * @param problem what is wrong with the line; null where nothing is
   * @param terminated whether a line break stood behind it
   * @param end bytes from the start of the file to behind the line break
   */
  public record Line(
      long number, String text, @Nullable String problem, boolean terminated, long end) {}

  /** Longest line of pairs, 256 MiB: room for several pictures as {@code data:} URIs. */
  public static final int MAX_PAIR_BYTES = 1 << 28;

  private final InputStream input;
  private final int maxBytes;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;
  private long number;
  private long consumed;

  /**
   * Makes a reader.
   *
   * @param input closed with the reader
   * @param maxBytes longest line that is given
   */
  public LineReader(InputStream input, int maxBytes) {
    this.input = input;
    this.maxBytes = maxBytes;
  }

  /**
   * Returns the next line, or null at the end.
   *
   * @throws IOException if reading fails
   */
  public @Nullable Line next() throws IOException {
    if (!filled()) {
      return null;
    }
    number++;
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    long length = 0;
    boolean terminated = false;
    while (!terminated && filled()) {
      int from = position;
      while (position < limit && buffer[position] != '\n') {
        position++;
      }
      int count = position - from;
      length += count;
      if (length <= maxBytes) {
        line.write(buffer, from, count);
      }
      if (position < limit) {
        position++;
        terminated = true;
      }
    }
    consumed += length + (terminated ? 1 : 0);
    return length <= maxBytes
        ? decoded(line.toByteArray(), terminated)
        : wrong("longer than " + maxBytes + " bytes: " + length, terminated);
  }

  @Override
  public void close() throws IOException {
    input.close();
  }

  private Line decoded(byte[] bytes, boolean terminated) {
    int length = bytes.length;
    if (length > 0 && bytes[length - 1] == '\r') {
      length--;
    }
    ByteBuffer encoded = ByteBuffer.wrap(bytes, 0, length);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(encoded).toString();
      if (number == 1 && text.startsWith("\uFEFF")) {
        text = text.substring(1);
      }
      return new Line(number, text, null, terminated, consumed);
    } catch (CharacterCodingException e) {
      return wrong("not UTF-8 at byte " + encoded.position(), terminated);
    }
  }

  private Line wrong(String problem, boolean terminated) {
    return new Line(number, "", "the line is " + problem, terminated, consumed);
  }

  /** Makes sure that a byte is buffered; false at the end. */
  private boolean filled() throws IOException {
    if (position == limit) {
      position = 0;
      limit = Math.max(0, input.read(buffer, 0, buffer.length));
    }
    return position < limit;
  }
}
