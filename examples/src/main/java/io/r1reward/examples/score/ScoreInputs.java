package io.r1reward.examples.score;

import com.google.common.collect.ImmutableList;
import io.r1reward.PreferencePair;
import io.r1reward.examples.results.InputDigest;
import io.r1reward.train.data.LineReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Digests of all lines of an input. */
final class ScoreInputs {

  private ScoreInputs() {}

  /** Reads a file whose relative picture paths start from {@code mediaRoot}. */
  static ImmutableList<InputDigest> digests(Path file, Path mediaRoot) throws IOException {
    ImmutableList.Builder<InputDigest> digests = ImmutableList.builder();
    InputParser parser = new InputParser(mediaRoot);
    try (LineReader lines = new LineReader(Files.newInputStream(file), LineReader.MAX_PAIR_BYTES)) {
      LineReader.Line line;
      while ((line = lines.next()) != null) {
        if (line.problem() == null && line.text().isBlank()) {
          continue;
        }
        InputLine parsed = parser.parse(line);
        PreferencePair pair = parsed.pair();
        digests.add(
            InputDigest.of(
                line.number(),
                parsed.id().toString(),
                line.problem() == null ? line.text() : line.problem(),
                pair == null ? ImmutableList.of() : pair.media()));
      }
    }
    return digests.build();
  }
}
