package io.r1reward.train.data;

import com.fasterxml.jackson.databind.JsonNode;
import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.PreferencePair;
import io.r1reward.Preferred;
import io.r1reward.Video;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The known formats. Stateless, thread-safe. */
public final class SampleFormats {

  private SampleFormats() {}

  /**
   * The format that fits the line's fields: {@link #r1RewardRl()} where there is a {@code message},
   * else {@link #pairs()}.
   */
  public static SampleFormat detect() {
    return (line, lineNumber, media) ->
        (line.has("message") ? r1RewardRl() : pairs()).read(line, lineNumber, media);
  }

  /**
   * The RL data of R1-Reward: {@code {"message": "<JSON string: chat messages>", "question": "…",
   * "answer": ["<answer>2</answer>"]}}. Question and responses are taken out of the prompt in the
   * message.
   */
  public static SampleFormat r1RewardRl() {
    return R1RewardLines::read;
  }

  /**
   * The pair format: {@code {"id", "question", "first", "second", "preferred": "FIRST" | "SECOND",
   * "image": path | "images": […] | "video": [frame paths], "fps": x}}. {@code prompt}, {@code
   * chosen} and {@code rejected}, as in the benchmark files, mean a label of FIRST. Further text
   * and number fields become attributes.
   */
  public static SampleFormat pairs() {
    return SampleFormats::readPair;
  }

  private static PreferenceSample readPair(JsonNode line, long lineNumber, MediaPaths media) {
    boolean chosenFirst = line.has("chosen") || line.has("rejected");
    PreferencePair.Builder pair =
        PreferencePair.builder()
            .question(text(line, line.has("question") ? "question" : "prompt"))
            .first(text(line, chosenFirst ? "chosen" : "first"))
            .second(text(line, chosenFirst ? "rejected" : "second"));
    addMedia(pair, line, media);
    Preferred label = chosenFirst ? Preferred.FIRST : label(line);
    PreferenceSample sample = PreferenceSample.of(id(line, lineNumber), pair.build(), label);
    for (Map.Entry<String, JsonNode> field : line.properties()) {
      if (!isPairField(field.getKey()) && field.getValue().isValueNode()) {
        sample = sample.with(field.getKey(), field.getValue().asText());
      }
    }
    return sample;
  }

  private static boolean isPairField(String name) {
    return switch (name) {
      case "id",
          "ID",
          "question",
          "prompt",
          "first",
          "second",
          "chosen",
          "rejected",
          "preferred",
          "image",
          "images",
          "video",
          "fps" ->
          true;
      default -> false;
    };
  }

  private static Preferred label(JsonNode line) {
    return switch (text(line, "preferred").toUpperCase(Locale.ROOT)) {
      case "FIRST", "1" -> Preferred.FIRST;
      case "SECOND", "2" -> Preferred.SECOND;
      default ->
          throw new InvalidInputException(
              "field \"preferred\" must be FIRST or SECOND, got " + line.get("preferred"));
    };
  }

  static String id(JsonNode line, long lineNumber) {
    for (String name : new String[] {"id", "ID"}) {
      if (line.hasNonNull(name)) {
        return line.get(name).asText();
      }
    }
    return Long.toString(lineNumber);
  }

  /** Returns a text or number field. */
  static String text(JsonNode line, String name) {
    JsonNode value = line.get(name);
    if (value == null || !(value.isTextual() || value.isNumber())) {
      throw new InvalidInputException(
          "field \"" + name + "\" must be a text, got " + (value == null ? "nothing" : value));
    }
    return value.asText();
  }

  static void addMedia(PreferencePair.Builder pair, JsonNode line, MediaPaths media) {
    for (String name : new String[] {"image", "images"}) {
      if (line.hasNonNull(name)) {
        paths(line.get(name), name).forEach(path -> pair.image(media.image(path)));
      }
    }
    if (line.hasNonNull("video")) {
      List<Image> frames = paths(line.get("video"), "video").stream().map(media::image).toList();
      pair.video(Video.of(frames, line.path("fps").asDouble(Video.DEFAULT_FPS)));
    }
  }

  private static List<String> paths(JsonNode value, String name) {
    List<String> paths = new ArrayList<>();
    for (JsonNode item : value.isArray() ? value : List.of(value)) {
      if (!item.isTextual()) {
        throw new InvalidInputException(
            "field \"" + name + "\" must hold paths, got " + item.getNodeType() + " " + item);
      }
      paths.add(item.textValue());
    }
    return paths;
  }
}
