package io.r1reward.examples.score;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.train.data.LineReader;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives the lines of an input that failed to be scored again, and writes a copy of the output with
 * the new lines in their places. Until {@link #replace} the output stays as it is. Not thread-safe.
 */
final class FailedLines implements ScoreRun.Source, ScoreRun.Sink, Closeable {
  private final Path output;
  private final Path copy;
  private final Set<Long> places;
  private final InputReader input;
  private final LineReader old;
  private final OutputStream fresh;
  private final Set<Long> replaced = new HashSet<>();
  private final long last;
  private long asked;
  private long copied;

  private FailedLines(
      Path output,
      Path copy,
      Set<Long> places,
      InputReader input,
      LineReader old,
      OutputStream fresh) {
    this.output = output;
    this.copy = copy;
    this.places = places;
    this.last = Collections.max(places);
    this.input = input;
    this.old = old;
    this.fresh = fresh;
  }

  /**
   * Opens the copy.
   *
   * @param output whole lines
   * @param places of its failed lines, from 0, at least one
   * @param input from its first line
   */
  static FailedLines open(Path output, Set<Long> places, InputReader input) throws IOException {
    Path copy = output.resolveSibling(output.getFileName() + ".partial");
    return new FailedLines(
        output,
        copy,
        Set.copyOf(places),
        input,
        new LineReader(Files.newInputStream(output), Integer.MAX_VALUE - 64),
        new BufferedOutputStream(Files.newOutputStream(copy)));
  }

  @Override
  public @Nullable InputLine next() throws IOException {
    InputLine line = asked > last ? null : input.next();
    while (line != null && !places.contains(asked++)) {
      line = input.next();
    }
    return line;
  }

  @Override
  public void append(ObjectNode line) throws IOException {
    while (!places.contains(copied) && copyLine()) {}
    old.next();
    replaced.add(copied++);
    fresh.write(Json.bytes(line));
    fresh.write('\n');
  }

  /** Puts the copy in the place of the output; returns the places that were scored again. */
  Set<Long> replace() throws IOException {
    while (copyLine()) {}
    old.close();
    fresh.close();
    Files.move(copy, output, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return replaced;
  }

  private boolean copyLine() throws IOException {
    LineReader.Line line = old.next();
    if (line == null) {
      return false;
    }
    fresh.write(line.text().getBytes(UTF_8));
    fresh.write('\n');
    copied++;
    return true;
  }

  @Override
  public void close() throws IOException {
    old.close();
    fresh.close();
    Files.deleteIfExists(copy);
  }
}
