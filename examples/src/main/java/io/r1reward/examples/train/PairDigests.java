package io.r1reward.examples.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import io.r1reward.InvalidInputException;
import io.r1reward.examples.results.InputDigest;
import io.r1reward.train.data.JsonLines;
import io.r1reward.train.data.PairJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Digests of all lines of a file of labelled pairs, and how many lines a measured one has. */
final class PairDigests {
  private PairDigests() {}

  /**
   * Reads the lines that are not blank.
   *
   * @throws InvalidInputException if one is no pair, naming file and line
   */
  static List<InputDigest> of(JsonLines source) throws IOException {
    ImmutableList.Builder<InputDigest> digests = ImmutableList.builder();
    try (BufferedReader lines = Files.newBufferedReader(source.file())) {
      long number = 0;
      String text;
      while ((text = lines.readLine()) != null) {
        number++;
        if (!text.isBlank()) {
          digests.add(digest(source, text, number));
        }
      }
    }
    return digests.build();
  }

  private static InputDigest digest(JsonLines source, String text, long number) throws IOException {
    try {
      JsonNode node = PairJson.object(text);
      return InputDigest.of(
          number,
          node.has("id") ? node.get("id").toString() : "null",
          text,
          source.format().read(node, number, source.media()).pair().media());
    } catch (IllegalArgumentException | InvalidInputException e) {
      throw new InvalidInputException(source.file() + " line " + number + ": " + e.getMessage(), e);
    }
  }

  /** Returns how many whole lines a file has; none where it does not exist. */
  static long written(Path file) throws IOException {
    if (!Files.exists(file)) {
      return 0;
    }
    long lines = 0;
    try (BufferedReader bytes = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      int next;
      while ((next = bytes.read()) >= 0) {
        lines += next == '\n' ? 1 : 0;
      }
    }
    return lines;
  }
}
