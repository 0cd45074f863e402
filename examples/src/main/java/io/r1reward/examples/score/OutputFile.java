package io.r1reward.examples.score;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.examples.UsageException;
import io.r1reward.train.data.LineReader;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The output, which only grows by whole lines and belongs to one run at a time. Every line is with
 * the operating system when {@link #append} returns. Not thread-safe.
 */
final class OutputFile implements Closeable {
  private static final int MAX_LINE_BYTES = Integer.MAX_VALUE - 64;

  /**
   * What stands in the output.
   *
   * @param lines scored or failed
   * @param failed among them
   */
  record Written(long lines, long failed) {

    Written plus(boolean failure) {
      return new Written(lines + 1, failure ? failed + 1 : failed);
    }
  }

  private final Path path;
  private final RandomAccessFile file;
  private final Set<Long> failed = new TreeSet<>();

  private OutputFile(Path path, RandomAccessFile file) {
    this.path = path;
    this.file = file;
  }

  /**
   * Opens or creates the output.
   *
   * @throws UsageException if it cannot be written, or another run writes it
   */
  static OutputFile open(Path path) throws IOException {
    RandomAccessFile file;
    try {
      file = new RandomAccessFile(path.toFile(), "rw");
    } catch (FileNotFoundException e) {
      throw new UsageException("--output cannot be written: " + e.getMessage());
    }
    try {
      if (file.getChannel().tryLock() != null) {
        return new OutputFile(path, file);
      }
    } catch (OverlappingFileLockException e) {
      // told below, like a lock of another process
    }
    file.close();
    throw new UsageException("--output is being written by another run: " + path);
  }

  /**
   * Passes over the input lines that the output holds already, in step, and cuts off half a last
   * line. The next line appended belongs to the input's next line.
   *
   * @param again whether failed lines are to be scored again, so that their input may have changed
   * @throws UsageException if the output does not belong to this input
   */
  Written resume(InputReader input, boolean again) throws IOException {
    LineReader lines = new LineReader(Channels.newInputStream(file.getChannel()), MAX_LINE_BYTES);
    Written written = new Written(0, 0);
    LineReader.Line line;
    LineReader.Line last = null;
    while ((line = lines.next()) != null) {
      ObjectNode score;
      try {
        score = Json.object(line.text());
      } catch (IllegalArgumentException e) {
        if (!line.terminated()) {
          break;
        }
        throw foreign(line, "is not a score: " + e.getMessage());
      }
      boolean failure = score.has("error");
      check(line, score, input.next(), failure && again);
      if (failure) {
        failed.add(written.lines());
      }
      written = written.plus(failure);
      last = line;
    }
    long end = last == null ? 0 : last.end();
    file.setLength(end);
    file.seek(end);
    if (last != null && !last.terminated()) {
      file.write('\n');
    }
    return written;
  }

  /** Returns the places, from 0, of the failed lines that {@link #resume} met. */
  Set<Long> failed() {
    return failed;
  }

  /** Takes everything out. */
  void clear() throws IOException {
    file.setLength(0);
  }

  /** Adds a line. */
  void append(ObjectNode line) throws IOException {
    byte[] json = Json.bytes(line);
    byte[] whole = Arrays.copyOf(json, json.length + 1);
    whole[json.length] = '\n';
    file.write(whole);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private void check(
      LineReader.Line line, ObjectNode score, @Nullable InputLine input, boolean mayDiffer) {
    if (input == null) {
      throw foreign(line, "has no line in the input, which is shorter");
    }
    if (mayDiffer) {
      return;
    }
    if (!score.path("id").equals(input.id())) {
      throw foreign(
          line,
          "has id "
              + score.path("id")
              + ", line "
              + input.number()
              + " of the input "
              + input.id());
    }
    if (score.has("error") && score.path("line").asLong() != input.number()) {
      throw foreign(line, "is about line " + score.path("line") + ", not " + input.number());
    }
  }

  private UsageException foreign(LineReader.Line line, String reason) {
    return new UsageException(
        "--output belongs to another input: line " + line.number() + " of " + path + " " + reason);
  }
}
