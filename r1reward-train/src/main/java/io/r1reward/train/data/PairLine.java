package io.r1reward.train.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.r1reward.InvalidInputException;
import io.r1reward.PreferencePair;
import io.r1reward.Preferred;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a line says about a pair, whichever spelling it uses: the one reader for lines that are
 * scored and lines that are learned from. {@link SampleFormats} lists the spellings. Immutable.
 *
 * @param pair question, media and responses
 * @param label the better response, null where the line does not tell or its label is not known
 */
public record PairLine(PreferencePair pair, @Nullable Preferred label) {

  /**
   * Reads a line of either format.
   *
   * @throws InvalidInputException if it holds no pair; the message names field and value
   */
  public static PairLine read(JsonNode line, MediaPaths media) {
    return PairJson.given(line, "message") == null
        ? ofFields(line, media)
        : R1RewardLines.read(line, media);
  }

  /**
   * Returns {@code id} or {@code ID} as it stands in the line, JSON null where there is none.
   *
   * @throws InvalidInputException if it is a list or an object
   */
  public static JsonNode id(JsonNode line) {
    String name = PairJson.firstGiven(line, List.of("id", "ID"));
    if (name == null) {
      return NullNode.getInstance();
    }
    JsonNode id = line.get(name);
    if (id.isContainerNode()) {
      throw new InvalidInputException(
          name + " must be a string or number, got " + PairJson.shown(id));
    }
    if (id.isTextual()) {
      PairJson.text(id, name);
    }
    return id;
  }

  static PairLine ofFields(JsonNode line, MediaPaths media) {
    MediaValues values = MediaValues.of(line, media);
    PairTexts texts = PairTexts.read(line, values);
    MediaFields.Found fields = MediaFields.read(line, values);
    PreferencePair.Builder pair =
        PreferencePair.builder()
            .question(texts.question())
            .first(texts.first())
            .second(texts.second());
    MediaFields.filled(texts.media(), texts.holes(), fields)
        .forEach(item -> pair.media(item.media()));
    return new PairLine(pair.build(), texts.label());
  }
}
