package io.r1reward.train.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import io.r1reward.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One message of a chat.
 *
 * @param role who speaks
 * @param text its text parts, one behind the other
 * @param media its pictures and videos
 * @param holes its image parts that name no picture, which a field of the line does instead
 */
record ChatTurn(Role role, String text, ImmutableList<MediaItem> media, int holes) {
  private static final ImmutableList<String> IMAGE =
      ImmutableList.of("image", "image_url", "url", "path", "source", "bytes");
  private static final ImmutableList<String> VIDEO =
      ImmutableList.of("video", "frames", "video_url");

  /** Who speaks. */
  enum Role {
    SYSTEM,
    USER,
    ASSISTANT
  }

  /** Says whether a value is a chat, or a single message of one. */
  static boolean isChat(JsonNode value) {
    return value.isContainerNode();
  }

  /** Reads a list of messages, or one message. */
  static List<ChatTurn> read(JsonNode chat, String field, MediaValues values) {
    List<ChatTurn> turns = new ArrayList<>();
    for (JsonNode message : chat.isArray() ? chat : List.of(chat)) {
      String speaker = PairJson.firstGiven(message, List.of("role", "from"));
      String content = PairJson.firstGiven(message, List.of("content", "value"));
      if (speaker == null || content == null) {
        throw new InvalidInputException(
            field
                + " must be a string or a list of messages with \"role\" and \"content\", got "
                + PairJson.shown(message));
      }
      turns.add(turn(role(message.get(speaker), field), message.get(content), field, values));
    }
    return turns;
  }

  private static Role role(JsonNode role, String field) {
    return switch (role.asText().toLowerCase(Locale.ROOT)) {
      case "system", "developer" -> Role.SYSTEM;
      case "user", "human" -> Role.USER;
      case "assistant", "gpt", "model" -> Role.ASSISTANT;
      default ->
          throw new InvalidInputException(
              field + " has a role that is not known: " + PairJson.shown(role));
    };
  }

  /** Reads a message's content: a string, a part, or a list of parts. */
  static ChatTurn turn(Role role, JsonNode content, String field, MediaValues values) {
    StringBuilder text = new StringBuilder();
    ImmutableList.Builder<MediaItem> media = ImmutableList.builder();
    int holes = 0;
    for (JsonNode part : content.isArray() ? content : List.of(content)) {
      switch (type(part)) {
        case "" -> text.append(PairJson.text(part, field + " content"));
        case "text", "input_text", "output_text" ->
            text.append(PairJson.text(part.path("text"), field + " text part"));
        case "image", "image_url", "input_image" -> {
          if (PairJson.firstGiven(part, IMAGE) == null) {
            holes++;
          } else {
            media.add(values.image(part, field + " image part"));
          }
        }
        case "video", "input_video", "video_url" -> {
          String name = PairJson.firstGiven(part, VIDEO);
          media.addAll(
              new MediaValues(values.paths(), MediaValues.of(part, values.paths()).fps())
                  .videos(
                      name == null ? part.path("video") : part.get(name), field + " video part"));
        }
        default ->
            throw new InvalidInputException(
                field + ": content of type \"" + type(part) + "\" is not known");
      }
    }
    return new ChatTurn(role, text.toString(), media.build(), holes);
  }

  /** Returns a part's type, which need not stand there; empty for a plain string. */
  private static String type(JsonNode part) {
    if (!part.isObject()) {
      return "";
    }
    if (PairJson.given(part, "type") != null) {
      return part.get("type").asText();
    }
    if (PairJson.given(part, "text") != null) {
      return "text";
    }
    return PairJson.firstGiven(part, VIDEO) == null ? "image" : "video";
  }
}
