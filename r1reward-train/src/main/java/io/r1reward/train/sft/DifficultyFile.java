package io.r1reward.train.sft;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.Iterators;
import com.google.common.collect.UnmodifiableIterator;
import io.r1reward.InvalidInputException;
import io.r1reward.train.data.JsonLines;
import io.r1reward.train.data.PreferenceSample;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Writes a data set back with {@code difficulty}, and {@code judgement} where an attempt was right:
 * every line of a JSON-lines file with these fields added, in its order, nothing else changed. Not
 * thread-safe.
 *
 * @param difficulty measures it
 * @param together samples that are judged at a time
 * @param seed of the judgements; what a sample gets depends on its prompt, not on {@code together}
 */
public record DifficultyFile(Difficulty difficulty, int together, long seed) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Checks the range. */
  public DifficultyFile {
    if (together < 1) {
      throw new InvalidInputException("together must be at least 1, got " + together);
    }
  }

  private record Line(long number, ObjectNode node, PreferenceSample sample) {}

  /**
   * Measures all samples of a file.
   *
   * @param source how lines are read; an empty line is passed over
   * @param target must not exist; it appears line by line
   * @param progress hears how many samples are done
   * @return how many were measured
   * @throws InvalidInputException if a line cannot be read, naming file and line
   * @throws IOException if the source cannot be read, or the target cannot be written or exists
   */
  public long write(JsonLines source, Path target, LongConsumer progress) throws IOException {
    long done = 0;
    try (BufferedReader reader = Files.newBufferedReader(source.file());
        Writer out =
            Files.newBufferedWriter(
                target,
                java.nio.file.StandardOpenOption.CREATE_NEW,
                java.nio.file.StandardOpenOption.WRITE)) {
      long[] number = {0};
      UnmodifiableIterator<List<String>> blocks =
          Iterators.partition(reader.lines().iterator(), together);
      while (blocks.hasNext()) {
        List<Line> lines = new ArrayList<>();
        for (String text : blocks.next()) {
          number[0]++;
          if (!text.isBlank()) {
            lines.add(read(source, text, number[0]));
          }
        }
        if (!lines.isEmpty()) {
          append(lines, out);
          done += lines.size();
          progress.accept(done);
        }
      }
    }
    return done;
  }

  private void append(List<Line> lines, Writer out) throws IOException {
    List<PreferenceSample> measured =
        difficulty.measure(lines.stream().map(Line::sample).toList(), seed);
    for (int i = 0; i < lines.size(); i++) {
      ObjectNode node = lines.get(i).node;
      measured
          .get(i)
          .attributes()
          .forEach(
              (name, value) -> {
                if (name.equals(PreferenceSample.DIFFICULTY)) {
                  node.put(name, Integer.parseInt(value));
                } else if (name.equals(PreferenceSample.JUDGEMENT)) {
                  node.put(name, value);
                }
              });
      out.write(node + "\n");
    }
    out.flush();
  }

  private static Line read(JsonLines source, String text, long number) {
    try {
      JsonNode node = JSON.readTree(text);
      if (!(node instanceof ObjectNode object)) {
        throw new InvalidInputException("must be a JSON object, got " + node.getNodeType());
      }
      return new Line(number, object, source.format().read(node, number, source.media()));
    } catch (IOException | IllegalArgumentException | InvalidInputException e) {
      throw new InvalidInputException(source.file() + " line " + number + ": " + e.getMessage(), e);
    }
  }
}
