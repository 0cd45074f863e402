package io.r1reward.train.sft;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.Iterators;
import com.google.common.collect.UnmodifiableIterator;
import io.r1reward.InvalidInputException;
import io.r1reward.train.data.JsonLines;
import io.r1reward.train.data.PairJson;
import io.r1reward.train.data.PreferenceSample;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
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

  /** Checks the range. */
  public DifficultyFile {
    if (together < 1) {
      throw new InvalidInputException("together must be at least 1, got " + together);
    }
  }

  private record Line(long number, ObjectNode node, PreferenceSample sample) {}

  /**
   * Measures all samples of a file, or those that a run that was stopped has left.
   *
   * @param source how lines are read; an empty line is passed over
   * @param target appears line by line; where it exists, it must hold the first lines of the source
   *     with the fields, and the rest is appended
   * @param progress hears how many samples are done
   * @return how many samples the file has
   * @throws InvalidInputException if a line cannot be read, or a line of the target is of another
   *     source, naming file and line
   * @throws IOException if the source cannot be read or the target cannot be written
   */
  public long write(JsonLines source, Path target, LongConsumer progress) throws IOException {
    long done = 0;
    List<String> before = MeasuredLines.keepWhole(target);
    try (BufferedReader reader = Files.newBufferedReader(source.file());
        Writer out =
            Files.newBufferedWriter(target, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      long[] number = {0};
      Iterator<Line> lines =
          reader
              .lines()
              .peek(text -> number[0]++)
              .filter(text -> !text.isBlank())
              .map(text -> read(source, text, number[0]))
              .iterator();
      for (; done < before.size(); done++) {
        ObjectNode expected = lines.hasNext() ? lines.next().node : null;
        MeasuredLines.requireSame(target, done + 1, before.get((int) done), expected);
      }
      UnmodifiableIterator<List<Line>> blocks = Iterators.partition(lines, together);
      while (blocks.hasNext()) {
        List<Line> block = blocks.next();
        append(block, out);
        done += block.size();
        progress.accept(done);
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
      ObjectNode object = PairJson.object(text);
      return new Line(number, object, source.format().read(object, number, source.media()));
    } catch (IllegalArgumentException | InvalidInputException e) {
      throw new InvalidInputException(source.file() + " line " + number + ": " + e.getMessage(), e);
    }
  }
}
