package io.r1reward.parquet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.InvalidInputException;
import io.r1reward.train.data.table.RecordReader;
import io.r1reward.train.data.table.TableRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** The rows of one file, row group after row group. */
final class ParquetRecords implements RecordReader {

  /** Something that Parquet's classes do and that may fail. */
  private interface Step<T> {
    T run() throws IOException;
  }

  private final Path file;
  private final ParquetInput input;
  private final ParquetFileReader groups;
  private final MessageColumnIO columns;
  private final RowMaterializer rows;
  private org.apache.parquet.io.@Nullable RecordReader<ObjectNode> group;
  private long left;
  private long number;
  private boolean ended;

  private ParquetRecords(Path file, ParquetInput input, ParquetFileReader groups) {
    this.file = file;
    this.input = input;
    this.groups = groups;
    MessageType schema = groups.getFileMetaData().getSchema();
    this.columns = new ColumnIOFactory().getColumnIO(schema);
    this.rows = new RowMaterializer(schema);
  }

  static ParquetRecords open(Path file) throws IOException {
    ParquetInput input = ParquetInput.of(file);
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration())
            .withCodecFactory(new Decompression())
            .usePageChecksumVerification()
            .build();
    String place = file + " is a broken Parquet file";
    ParquetFileReader groups = run(place, input, () -> ParquetFileReader.open(input, options));
    try {
      return run(place, input, () -> new ParquetRecords(file, input, groups));
    } catch (IOException | RuntimeException e) {
      groups.close();
      throw e;
    }
  }

  @Override
  public @Nullable TableRow next() throws IOException {
    if (ended) {
      return null;
    }
    ended = true; // unless a row comes
    String place = "%s cannot be read behind row %d".formatted(file, number);
    Optional<ObjectNode> row = run(place, input, () -> Optional.ofNullable(row()));
    if (row.isEmpty()) {
      return null;
    }
    ended = false;
    number++;
    return TableRow.of(number, file + " row " + number, row.get());
  }

  private @Nullable ObjectNode row() throws IOException {
    while (left == 0) {
      group = null; // before the next one takes memory
      PageReadStore pages = groups.readNextRowGroup();
      if (pages == null) {
        return null;
      }
      left = pages.getRowCount();
      group = columns.getRecordReader(pages, rows);
    }
    left--;
    return group == null ? null : group.read();
  }

  private static <T> T run(String place, ParquetInput input, Step<T> step) throws IOException {
    try {
      return step.run();
    } catch (IOException | RuntimeException e) {
      if (input.failed() && e instanceof IOException) {
        throw e;
      }
      throw new InvalidInputException(place + ": " + reason(e), e);
    }
  }

  /** Returns what the innermost cause says: Parquet's classes wrap it several times. */
  private static String reason(Throwable fault) {
    Throwable inner = fault;
    while (inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner.getMessage() == null ? inner.toString() : inner.getMessage();
  }

  @Override
  public void close() throws IOException {
    ended = true;
    group = null;
    groups.close();
  }
}
