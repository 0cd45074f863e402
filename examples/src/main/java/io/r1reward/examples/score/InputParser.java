package io.r1reward.examples.score;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.InvalidInputException;
import io.r1reward.train.data.LineReader;
import io.r1reward.train.data.MediaPaths;
import io.r1reward.train.data.PairLine;
import java.nio.file.Path;

/**
 * Reads preference pairs from JSON objects as {@link PairLine} does; a bad line keeps its id. Other
 * fields are ignored. Thread-safe.
 */
final class InputParser {
  private final MediaPaths media;

  /**
   * Makes a parser.
   *
   * @param mediaRoot folder that relative picture paths start from
   */
  InputParser(Path mediaRoot) {
    this.media = MediaPaths.under(mediaRoot);
  }

  /** Returns the pair of a line, or what is wrong with it. */
  InputLine parse(LineReader.Line line) {
    if (line.problem() != null) {
      return bad(line, NullNode.getInstance(), line.problem());
    }
    JsonNode id = NullNode.getInstance();
    try {
      ObjectNode object = Json.object(line.text());
      id = PairLine.id(object);
      PairLine pair = PairLine.read(object, media);
      return new InputLine(line.number(), id, pair.pair(), pair.label(), null);
    } catch (IllegalArgumentException | InvalidInputException e) {
      return bad(line, id, String.valueOf(e.getMessage()));
    }
  }

  private static InputLine bad(LineReader.Line line, JsonNode id, String error) {
    return new InputLine(line.number(), id, null, null, error);
  }
}
