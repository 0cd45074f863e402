package io.r1reward.examples.score;

import io.r1reward.PreferencePair;
import io.r1reward.Preferred;
import io.r1reward.examples.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pairs of an input of {@link ScoreCommand}, for programs that need them all at once. */
public final class PairFile {

  private PairFile() {}

  /**
   * One line.
   *
   * @param id as it stands in the line, or the line's number
   * @param pair the pair
   * @param label the better response, null where the line does not tell
   */
  public record Line(String id, PreferencePair pair, @Nullable Preferred label) {}

  /**
   * Reads a file.
   *
   * @param imageRoot where relative picture paths start; null for the folder of the file
   * @param limit most lines that are read
   * @throws UsageException if there is no such file, a line is bad, or there is no line
   */
  public static List<Line> read(Path file, @Nullable Path imageRoot, int limit) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new UsageException(
          "--input " + file + (Files.exists(file) ? " is not a file" : " does not exist"));
    }
    Path root = imageRoot == null ? file.toAbsolutePath().resolveSibling("") : imageRoot;
    List<Line> lines = new ArrayList<>();
    try (InputReader reader = InputReader.open(file, root)) {
      InputLine line = reader.next();
      while (line != null && lines.size() < limit) {
        PreferencePair pair = line.pair();
        if (pair == null) {
          throw new UsageException(file + " line " + line.number() + ": " + line.error());
        }
        String id = line.id().isNull() ? Long.toString(line.number()) : line.id().asText();
        lines.add(new Line(id, pair, line.label()));
        line = reader.next();
      }
    }
    if (lines.isEmpty()) {
      throw new UsageException(file + " has no pair");
    }
    return lines;
  }
}
