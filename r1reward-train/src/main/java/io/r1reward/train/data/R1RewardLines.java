package io.r1reward.train.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.r1reward.InvalidInputException;
import io.r1reward.PreferencePair;
import io.r1reward.Preferred;
import io.r1reward.core.json.JsonFault;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a line of the R1-Reward RL data. */
final class R1RewardLines {
  private static final Pattern ANSWER = Pattern.compile("<answer>\\s*([12])\\s*</answer>");

  private R1RewardLines() {}

  static PairLine read(JsonNode line, MediaPaths media) {
    MediaValues values = MediaValues.of(line, media);
    StringBuilder prompt = new StringBuilder();
    List<MediaItem> items = new ArrayList<>();
    int holes = 0;
    for (JsonNode message : messages(line.path("message"))) {
      if (message.path("role").asText("user").equals("user")) {
        ChatTurn turn =
            ChatTurn.turn(ChatTurn.Role.USER, message.path("content"), "message", values);
        prompt.append(turn.text());
        items.addAll(turn.media());
        holes += turn.holes();
      }
    }
    JudgePromptText text = JudgePromptText.parse(prompt.toString());
    MediaFields.Found chat = new MediaFields.Found("message", items);
    MediaFields.Found fields =
        holes == 0 ? MediaFields.Found.NOTHING : MediaFields.read(line, values);
    PreferencePair.Builder pair =
        PreferencePair.builder()
            .question(text.question())
            .first(text.first())
            .second(text.second());
    MediaFields.filled(chat, holes, fields).forEach(item -> pair.media(item.media()));
    return new PairLine(pair.build(), label(line.path("answer")));
  }

  private static Iterable<JsonNode> messages(JsonNode field) {
    try {
      JsonNode messages = field.isTextual() ? PairJson.tree(field.textValue()) : field;
      if (!messages.isArray()) {
        throw new InvalidInputException(
            "message must hold a JSON list of messages, got " + PairJson.shown(field));
      }
      return messages;
    } catch (JsonProcessingException e) {
      throw new InvalidInputException("message is not JSON: " + JsonFault.of(e), e);
    }
  }

  private static @Nullable Preferred label(JsonNode answer) {
    String text = answer.isArray() && !answer.isEmpty() ? answer.get(0).asText() : answer.asText();
    Matcher matcher = ANSWER.matcher(text);
    if (!matcher.find()) {
      return null;
    }
    return matcher.group(1).equals("1") ? Preferred.FIRST : Preferred.SECOND;
  }
}
