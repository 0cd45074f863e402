package io.r1reward.train.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableMap;
import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.PreferencePair;
import io.r1reward.Preferred;
import io.r1reward.Video;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a line of the R1-Reward RL data. */
final class R1RewardLines {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern ANSWER = Pattern.compile("<answer>\\s*([12])\\s*</answer>");

  private R1RewardLines() {}

  static PreferenceSample read(JsonNode line, long lineNumber, MediaPaths media) {
    StringBuilder prompt = new StringBuilder();
    PreferencePair.Builder pair = PreferencePair.builder();
    for (JsonNode message : messages(line.get("message"))) {
      if (message.path("role").asText("user").equals("user")) {
        addContent(message.path("content"), prompt, pair, media);
      }
    }
    JudgePromptText text = JudgePromptText.parse(prompt.toString());
    pair.question(text.question()).first(text.first()).second(text.second());
    ImmutableMap.Builder<String, String> attributes = ImmutableMap.builder();
    for (String name : List.of(PreferenceSample.DIFFICULTY, PreferenceSample.JUDGEMENT)) {
      if (line.hasNonNull(name)) {
        attributes.put(name, line.get(name).asText());
      }
    }
    return new PreferenceSample(
        SampleFormats.id(line, lineNumber),
        pair.build(),
        label(line.path("answer")),
        attributes.buildOrThrow());
  }

  private static Iterable<JsonNode> messages(JsonNode field) {
    try {
      JsonNode messages = field.isTextual() ? JSON.readTree(field.textValue()) : field;
      if (messages == null || !messages.isArray()) {
        throw new InvalidInputException("field \"message\" must hold a JSON array of messages");
      }
      return messages;
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "field \"message\" is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static void addContent(
      JsonNode content, StringBuilder prompt, PreferencePair.Builder pair, MediaPaths media) {
    if (content.isTextual()) {
      prompt.append(content.textValue());
      return;
    }
    for (JsonNode part : content) {
      switch (part.path("type").asText()) {
        case "text" -> prompt.append(part.path("text").asText());
        case "image" -> pair.image(media.image(SampleFormats.text(part, "image")));
        case "video" -> pair.video(video(part, media));
        default ->
            throw new InvalidInputException(
                "content of type \"" + part.path("type").asText() + "\" is not known");
      }
    }
  }

  private static Video video(JsonNode part, MediaPaths media) {
    List<Image> frames = new ArrayList<>();
    part.path("video").forEach(frame -> frames.add(media.image(frame.asText())));
    return Video.of(frames, part.path("fps").asDouble(Video.DEFAULT_FPS));
  }

  private static Preferred label(JsonNode answer) {
    String text = answer.isArray() && !answer.isEmpty() ? answer.get(0).asText() : answer.asText();
    Matcher matcher = ANSWER.matcher(text);
    if (!matcher.find()) {
      throw new InvalidInputException(
          "field \"answer\" must hold <answer>1</answer> or <answer>2</answer>, got " + answer);
    }
    return matcher.group(1).equals("1") ? Preferred.FIRST : Preferred.SECOND;
  }
}
