package io.r1reward.train.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableMap;
import io.r1reward.InvalidInputException;
import io.r1reward.Preferred;
import java.util.List;
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
        (PairJson.given(line, "message") == null ? pairs() : r1RewardRl())
            .read(line, lineNumber, media);
  }

  /**
   * The RL data of R1-Reward: {@code {"message": "<JSON string: chat messages>", "question": "…",
   * "answer": ["<answer>2</answer>"]}}. Question and responses are taken out of the prompt in the
   * message.
   */
  public static SampleFormat r1RewardRl() {
    return SampleFormats::readR1Reward;
  }

  /**
   * The pair format: {@code {"id", "question", "first", "second", "preferred": "FIRST" | "SECOND",
   * "image": path | "images": […] | "video": [frame paths], "fps": x}}. {@code prompt}, {@code
   * chosen} and {@code rejected}, as in the benchmark files, mean a label of FIRST. Further text
   * and number fields become attributes.
   *
   * <p>{@code query}, {@code response_a} with {@code response_b}, and {@code response_1} with
   * {@code response_2} are read too. Each text may be a chat, {@code [{"role", "content": text or
   * parts}]}, whose pictures count; {@code chosen} and {@code rejected} may begin with the prompt.
   * Consecutive messages of the user are joined by line feeds; a chat of several turns is refused.
   *
   * <p>Pictures may also stand in {@code image_path(s)}, {@code image_url(s)}, {@code img(s)},
   * {@code picture(s)} or {@code media}, videos in {@code videos}; several of these must agree. A
   * picture is a path, a URI, or an object with {@code path}, {@code url} or {@code bytes}.
   */
  public static SampleFormat pairs() {
    return SampleFormats::readPair;
  }

  private static PreferenceSample readPair(JsonNode line, long lineNumber, MediaPaths media) {
    PairLine pair = PairLine.ofFields(line, media);
    Preferred label = pair.label();
    if (label == null) {
      throw new InvalidInputException(
          "field \"preferred\" must be FIRST or SECOND, got " + value(line, "preferred"));
    }
    PreferenceSample sample = PreferenceSample.of(id(line, lineNumber), pair.pair(), label);
    for (Map.Entry<String, JsonNode> field : line.properties()) {
      if (!isPairField(field.getKey()) && field.getValue().isValueNode()) {
        sample = sample.with(field.getKey(), field.getValue().asText());
      }
    }
    return sample;
  }

  private static PreferenceSample readR1Reward(JsonNode line, long lineNumber, MediaPaths media) {
    PairLine pair = R1RewardLines.read(line, media);
    Preferred label = pair.label();
    if (label == null) {
      throw new InvalidInputException(
          "answer must hold <answer>1</answer> or <answer>2</answer>, got "
              + value(line, "answer"));
    }
    ImmutableMap.Builder<String, String> attributes = ImmutableMap.builder();
    for (String name : List.of(PreferenceSample.DIFFICULTY, PreferenceSample.JUDGEMENT)) {
      if (line.hasNonNull(name)) {
        attributes.put(name, line.get(name).asText());
      }
    }
    return new PreferenceSample(
        id(line, lineNumber), pair.pair(), label, attributes.buildOrThrow());
  }

  private static boolean isPairField(String name) {
    return name.equalsIgnoreCase("id")
        || PairTexts.NAMES.contains(name)
        || MediaFields.NAMES.contains(name);
  }

  private static String value(JsonNode line, String name) {
    JsonNode value = PairJson.given(line, name);
    return value == null ? "nothing" : PairJson.shown(value);
  }

  private static String id(JsonNode line, long lineNumber) {
    JsonNode id = PairLine.id(line);
    return id.isNull() ? Long.toString(lineNumber) : id.asText();
  }
}
