package io.r1reward.core.testing;

import com.fasterxml.jackson.databind.JsonNode;
import io.r1reward.core.text.Message;
import io.r1reward.core.text.Part;
import java.util.ArrayList;
import java.util.List;

/** Chats as the reference writes them, in any of the forms that the chat template understands. */
public final class ReferenceChats {

  private ReferenceChats() {}

  /** Returns the messages of one chat. */
  public static List<Message> messages(JsonNode chat) {
    return chat.valueStream()
        .map(turn -> Message.of(turn.get("role").asText(), parts(turn.get("content"))))
        .toList();
  }

  private static List<Part> parts(JsonNode content) {
    if (content.isTextual()) {
      return List.of(Part.text(content.asText()));
    }
    List<Part> parts = new ArrayList<>();
    for (JsonNode part : content) {
      String type = part.path("type").asText();
      if (type.equals("image") || part.has("image") || part.has("image_url")) {
        parts.add(Part.IMAGE);
      } else if (type.equals("video") || part.has("video")) {
        parts.add(Part.VIDEO);
      } else if (part.has("text")) {
        parts.add(Part.text(part.get("text").asText()));
      }
    }
    return parts;
  }
}
