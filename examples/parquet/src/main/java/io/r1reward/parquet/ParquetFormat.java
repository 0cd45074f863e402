package io.r1reward.parquet;

import io.r1reward.InvalidInputException;
import io.r1reward.train.data.table.RecordFormat;
import io.r1reward.train.data.table.RecordReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Parquet files of any schema, compressed with Snappy, Zstandard, gzip, LZ4 (raw) or not at all. A
 * row becomes an object with a field for each column, null included:
 *
 * <ul>
 *   <li>groups become objects, lists (of three levels, or two as older writers have them) arrays,
 *       maps objects; a map whose keys are groups an array of its entries;
 *   <li>strings, enums, JSON and UUIDs become texts, other bytes binary nodes;
 *   <li>numbers stay what they are, decimals exactly;
 *   <li>dates, times and timestamps become ISO 8601 texts, with {@code Z} where the file says UTC.
 * </ul>
 *
 * <p>One row group is held at a time, compressed, and one row of it. Stateless, thread-safe.
 */
public final class ParquetFormat implements RecordFormat {
  static final String MAGIC = "PAR1";

  @Override
  public boolean reads(Path file, byte[] head) {
    return isMagic(Arrays.copyOf(head, MAGIC.length()))
        || String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".parquet");
  }

  static boolean isMagic(byte[] bytes) {
    return Arrays.equals(bytes, MAGIC.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Opens a file.
   *
   * @throws InvalidInputException if it is no Parquet, cut off, encrypted or broken; the message
   *     names it
   * @throws IOException if reading fails
   */
  @Override
  public RecordReader open(Path file) throws IOException {
    return ParquetRecords.open(file);
  }
}
