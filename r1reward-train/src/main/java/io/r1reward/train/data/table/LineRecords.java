package io.r1reward.train.data.table;

import io.r1reward.InvalidInputException;
import io.r1reward.train.data.LineReader;
import io.r1reward.train.data.PairJson;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** JSON lines. Empty lines are passed over; a broken one is told and the next follows. */
final class LineRecords implements RecordReader {
  private final Path file;
  private final LineReader lines;
  private long number;
  private boolean ended;

  LineRecords(Path file, InputStream text) {
    this.file = file;
    this.lines = new LineReader(text, LineReader.MAX_PAIR_BYTES);
  }

  @Override
  public @Nullable TableRow next() throws IOException {
    for (LineReader.Line line = line(); line != null; line = line()) {
      number = line.number();
      if (line.problem() != null || !line.text().isBlank()) {
        return row(line);
      }
    }
    return null;
  }

  private LineReader.@Nullable Line line() throws IOException {
    if (ended) {
      return null;
    }
    try {
      return lines.next();
    } catch (EOFException | ZipException e) {
      ended = true;
      throw new InvalidInputException(
          "%s is broken gzip behind line %d: %s".formatted(file, number, e.getMessage()), e);
    }
  }

  private TableRow row(LineReader.Line line) {
    String place = file + " line " + line.number();
    if (line.problem() != null) {
      return TableRow.broken(line.number(), place, line.problem());
    }
    try {
      return TableRow.of(line.number(), place, PairJson.object(line.text()));
    } catch (InvalidInputException e) {
      return TableRow.broken(line.number(), place, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
