package io.r1reward.train.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.r1reward.InvalidInputException;
import io.r1reward.Preferred;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The question and the two responses of a line, as strings or as chats. A chat's question is what
 * the user says; a chat in which the assistant answers before that has several questions and is
 * refused. A response's chat ends with the assistant and may begin with the prompt.
 *
 * @param question what was asked
 * @param media pictures and videos in the chat
 * @param holes image parts of the chat without a picture
 * @param first the first response
 * @param second the second response
 * @param label the better one, null where the line does not tell
 */
record PairTexts(
    String question,
    MediaFields.Found media,
    int holes,
    String first,
    String second,
    @Nullable Preferred label) {

  private static final ImmutableList<String> QUESTION =
      ImmutableList.of("question", "prompt", "query", "messages", "conversations");
  private static final ImmutableList<String> FIRST =
      ImmutableList.of("first", "chosen", "response_a", "response_1", "response1", "answer_a");
  private static final ImmutableList<String> SECOND =
      ImmutableList.of("second", "rejected", "response_b", "response_2", "response2", "answer_b");

  /** Every field that is read here. */
  static final ImmutableSet<String> NAMES =
      ImmutableSet.<String>builder()
          .addAll(QUESTION)
          .addAll(FIRST)
          .addAll(SECOND)
          .add("preferred")
          .build();

  private record Asked(String field, String text, MediaFields.Found media, int holes) {}

  private record Response(String field, String text, @Nullable Asked asked) {}

  static PairTexts read(JsonNode line, MediaValues values) {
    String asked = PairJson.firstGiven(line, QUESTION);
    int spelling = complete(line);
    Response first =
        response(line, spelling < 0 ? FIRST : FIRST.subList(spelling, spelling + 1), values);
    Response second =
        response(line, spelling < 0 ? SECOND : SECOND.subList(spelling, spelling + 1), values);
    Asked question = asked == null ? null : asked(line.get(asked), asked, values);
    question = agreed(agreed(question, first.asked), second.asked);
    if (question == null) {
      throw new InvalidInputException("question (or prompt) is missing");
    }
    return new PairTexts(
        question.text,
        question.media,
        question.holes,
        first.text,
        second.text,
        label(line, first, second, values));
  }

  /** Returns which spelling gives both responses, -1 where none does. */
  private static int complete(JsonNode line) {
    for (int i = 0; i < FIRST.size(); i++) {
      if (PairJson.given(line, FIRST.get(i)) != null
          && PairJson.given(line, SECOND.get(i)) != null) {
        return i;
      }
    }
    return -1;
  }

  private static Response response(JsonNode line, List<String> names, MediaValues values) {
    String field = PairJson.firstGiven(line, names);
    if (field == null) {
      throw new InvalidInputException(names.get(0) + " (or " + names.get(1) + ") is missing");
    }
    JsonNode value = line.get(field);
    if (!ChatTurn.isChat(value)) {
      return new Response(field, PairJson.text(value, field), null);
    }
    List<ChatTurn> turns = ChatTurn.read(value, field, values);
    if (turns.isEmpty() || turns.get(turns.size() - 1).role() != ChatTurn.Role.ASSISTANT) {
      throw new InvalidInputException(
          field + " must end with a message of the assistant, got " + PairJson.shown(value));
    }
    ChatTurn last = turns.get(turns.size() - 1);
    if (!last.media().isEmpty() || last.holes() > 0) {
      throw new InvalidInputException(
          field + " has a picture in the assistant's message; a response is text");
    }
    boolean prompted = turns.stream().anyMatch(turn -> turn.role() == ChatTurn.Role.USER);
    List<ChatTurn> before = turns.subList(0, turns.size() - 1);
    if (!prompted && before.stream().anyMatch(turn -> turn.role() != ChatTurn.Role.SYSTEM)) {
      throw new InvalidInputException(field + " has several messages of the assistant");
    }
    return new Response(field, last.text(), prompted ? asked(before, field) : null);
  }

  private static Asked asked(JsonNode value, String field, MediaValues values) {
    return ChatTurn.isChat(value)
        ? asked(ChatTurn.read(value, field, values), field)
        : new Asked(field, PairJson.text(value, field), MediaFields.Found.NOTHING, 0);
  }

  private static Asked asked(List<ChatTurn> turns, String field) {
    List<String> texts = new ArrayList<>();
    List<MediaItem> media = new ArrayList<>();
    int holes = 0;
    for (ChatTurn turn : turns) {
      if (turn.role() == ChatTurn.Role.ASSISTANT) {
        throw new InvalidInputException(
            field
                + " has a message of the assistant before the last of the user: a pair has one"
                + " question, which is not a conversation of several turns");
      }
      if (turn.role() == ChatTurn.Role.USER) {
        texts.add(turn.text());
        media.addAll(turn.media());
        holes += turn.holes();
      }
    }
    if (texts.isEmpty()) {
      throw new InvalidInputException(field + " has no message of the user");
    }
    return new Asked(field, String.join("\n", texts), new MediaFields.Found(field, media), holes);
  }

  /** The prompt may stand in the line and before each response: it must be the same. */
  private static @Nullable Asked agreed(@Nullable Asked one, @Nullable Asked other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    if (!one.text.strip().equals(other.text.strip())) {
      throw new InvalidInputException(
          "%s and %s hold different questions: \"%s\" and \"%s\""
              .formatted(one.field, other.field, PairJson.cut(one.text), PairJson.cut(other.text)));
    }
    return new Asked(
        one.field,
        one.text,
        MediaFields.agreed(one.media, other.media),
        Math.max(one.holes, other.holes));
  }

  private static @Nullable Preferred label(
      JsonNode line, Response first, Response second, MediaValues values) {
    if (first.field.equals("chosen") || second.field.equals("rejected")) {
      return Preferred.FIRST;
    }
    JsonNode chosen = PairJson.given(line, "chosen");
    JsonNode preferred = PairJson.given(line, "preferred");
    if (chosen == null || preferred != null) {
      return preferred(preferred);
    }
    String better = response(line, List.of("chosen"), values).text;
    Preferred label = named(better, first, second);
    if (label == null && PairJson.given(line, "rejected") != null) {
      throw new InvalidInputException(
          "chosen is neither %s nor %s: \"%s\""
              .formatted(first.field, second.field, PairJson.cut(better)));
    }
    return label == null ? preferred(chosen) : label;
  }

  private static @Nullable Preferred named(String better, Response first, Response second) {
    if (better.equals(first.text) || better.equals(first.field)) {
      return Preferred.FIRST;
    }
    return better.equals(second.text) || better.equals(second.field) ? Preferred.SECOND : null;
  }

  /** Returns the label that a value names, null where it names none. */
  private static @Nullable Preferred preferred(@Nullable JsonNode value) {
    return switch (value == null ? "" : value.asText().toUpperCase(Locale.ROOT)) {
      case "FIRST", "1", "A" -> Preferred.FIRST;
      case "SECOND", "2", "B" -> Preferred.SECOND;
      default -> null;
    };
  }
}
