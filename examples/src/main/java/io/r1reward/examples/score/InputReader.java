package io.r1reward.examples.score;

import io.r1reward.train.data.LineReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads the input line by line; blank lines are passed over. Not thread-safe. */
final class InputReader implements Closeable {
  private final LineReader lines;
  private final InputParser parser;

  private InputReader(LineReader lines, InputParser parser) {
    this.lines = lines;
    this.parser = parser;
  }

  /** Opens a file whose relative picture paths start from {@code mediaRoot}. */
  static InputReader open(Path file, Path mediaRoot) throws IOException {
    return new InputReader(lines(file), new InputParser(mediaRoot));
  }

  /** Returns how many lines of a file are not blank. */
  static long count(Path file) throws IOException {
    try (LineReader lines = lines(file)) {
      long count = 0;
      while (nextNotBlank(lines) != null) {
        count++;
      }
      return count;
    }
  }

  /** Returns the next line that is not blank, or null at the end. */
  @Nullable InputLine next() throws IOException {
    LineReader.Line line = nextNotBlank(lines);
    return line == null ? null : parser.parse(line);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  private static LineReader lines(Path file) throws IOException {
    return new LineReader(Files.newInputStream(file), LineReader.MAX_PAIR_BYTES);
  }

  private static LineReader.@Nullable Line nextNotBlank(LineReader lines) throws IOException {
    LineReader.Line line = lines.next();
    while (line != null && line.problem() == null && line.text().isBlank()) {
      line = lines.next();
    }
    return line;
  }
}
