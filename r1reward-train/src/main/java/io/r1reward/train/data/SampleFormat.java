package io.r1reward.train.data;

import com.fasterxml.jackson.databind.JsonNode;
import io.r1reward.InvalidInputException;

/** Reads one line of a JSON-lines file. Implementations are thread-safe. */
@FunctionalInterface
public interface SampleFormat {

  /**
   * Returns the sample of a line.
   *
   * @param line the parsed JSON object
   * @param lineNumber from 1; the id of a line that has none
   * @param media where its pictures lie
   * @throws InvalidInputException if the line does not follow the format; the message names the
   *     field, the reader adds file and line
   */
  PreferenceSample read(JsonNode line, long lineNumber, MediaPaths media);
}
