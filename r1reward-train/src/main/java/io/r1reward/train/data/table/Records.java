package io.r1reward.train.data.table;

import com.google.common.collect.ImmutableList;
import io.r1reward.InvalidInputException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Opens files of records. A file that begins with {@code [} is a JSON list of objects, any other
 * JSON lines, both whatever the name; either may be compressed with gzip. Other formats are {@link
 * RecordFormat}s on the class path. Stateless, thread-safe.
 */
public final class Records {
  private static final ImmutableList<RecordFormat> FORMATS =
      ServiceLoader.load(RecordFormat.class, Records.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .collect(ImmutableList.toImmutableList());

  private Records() {}

  /**
   * Opens a file.
   *
   * @throws InvalidInputException if it is Parquet without the module for it, or broken
   * @throws IOException if it cannot be read
   */
  public static RecordReader open(Path file) throws IOException {
    byte[] head = head(file);
    for (RecordFormat format : FORMATS) {
      if (format.reads(file, head)) {
        return format.open(file);
      }
    }
    if (isParquet(file, head)) {
      throw new InvalidInputException(
          file
              + " is a Parquet file: add io.r1reward:r1reward-parquet to the class path to read it");
    }
    InputStream input = Files.newInputStream(file);
    try {
      boolean packed = head.length > 1 && (head[0] & 0xff) == 0x1f && (head[1] & 0xff) == 0x8b;
      return text(file, packed ? new GZIPInputStream(input, 1 << 16) : input);
    } catch (IOException e) {
      input.close();
      if (e instanceof ZipException || e instanceof java.io.EOFException) {
        throw new InvalidInputException(file + " is broken gzip: " + e.getMessage(), e);
      }
      throw e;
    }
  }

  private static RecordReader text(Path file, InputStream input) throws IOException {
    BufferedInputStream text = new BufferedInputStream(input, 1 << 16);
    return firstByte(text) == '[' ? new JsonList(file, text) : new LineRecords(file, text);
  }

  private static byte[] head(Path file) throws IOException {
    try (InputStream input = Files.newInputStream(file)) {
      return input.readNBytes(RecordFormat.HEAD_BYTES);
    }
  }

  private static boolean isParquet(Path file, byte[] head) {
    byte[] magic = {'P', 'A', 'R', '1'};
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".parquet")
        || (head.length >= magic.length && Arrays.equals(head, 0, 4, magic, 0, 4));
  }

  /**
   * Returns the first byte that is no white space nor a byte order mark, -1 where there is none.
   */
  private static int firstByte(BufferedInputStream text) throws IOException {
    text.mark(1 << 16);
    int next = text.read();
    for (int read = 1; read < (1 << 16) && isSpace(next); read++) {
      next = text.read();
    }
    text.reset();
    return next;
  }

  private static boolean isSpace(int next) {
    return switch (next) {
      case ' ', '\t', '\r', '\n', 0xef, 0xbb, 0xbf -> true;
      default -> false;
    };
  }
}
