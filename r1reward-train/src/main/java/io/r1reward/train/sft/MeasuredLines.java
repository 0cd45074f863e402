package io.r1reward.train.sft;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.r1reward.InvalidInputException;
import io.r1reward.train.data.PairJson;
import io.r1reward.train.data.PreferenceSample;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The lines that a stopped measurement of difficulty has left. Stateless. */
final class MeasuredLines {
  private static final ImmutableSet<String> FIELDS =
      ImmutableSet.of(PreferenceSample.DIFFICULTY, PreferenceSample.JUDGEMENT);

  private MeasuredLines() {}

  /** Cuts off what follows the last line feed, and returns the lines before it. */
  static ImmutableList<String> keepWhole(Path file) throws IOException {
    if (!Files.exists(file)) {
      return ImmutableList.of();
    }
    try (SeekableByteChannel bytes =
        Files.newByteChannel(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      long end = bytes.size();
      while (end > 0) {
        bytes.position(end - 1).read(last.clear());
        if (last.get(0) == '\n') {
          break;
        }
        end--;
      }
      bytes.truncate(end);
    }
    return ImmutableList.copyOf(Files.readAllLines(file));
  }

  /**
   * Checks that a line is one of the source, but for the fields.
   *
   * @param source null where the source has no such line
   */
  static void requireSame(Path file, long number, String line, @Nullable ObjectNode source) {
    ObjectNode object;
    try {
      object = PairJson.object(line);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(file + " line " + number + ": " + e.getMessage(), e);
    }
    if (source == null
        || !object.has(PreferenceSample.DIFFICULTY)
        || !object.without(FIELDS).equals(source.deepCopy().without(FIELDS))) {
      throw new InvalidInputException(
          file
              + " line "
              + number
              + ": is not the measured line of the input; give another output, or delete this one");
    }
  }
}
