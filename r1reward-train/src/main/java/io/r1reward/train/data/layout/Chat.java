package io.r1reward.train.data.layout;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A chat of one question and its answer. Immutable.
 *
 * @param question what the user says, without marks for pictures
 * @param answer what the assistant says
 */
record Chat(String question, String answer) {

  /**
   * Reads a field that holds a list of messages. A message of the system is passed over.
   *
   * @param speaker the field of a message that tells who speaks
   * @param content the field that tells what
   */
  static Chat read(JsonNode record, String field, String speaker, String content) {
    JsonNode messages = Fields.needed(record, field);
    if (!messages.isArray()) {
      throw Fields.wrong(field, "a list of messages", messages);
    }
    String question = null;
    String answer = null;
    for (JsonNode message : messages) {
      switch (Fields.text(message, speaker).toLowerCase(Locale.ROOT)) {
        case "system" -> {}
        case "human", "user" -> {
          if (question != null) {
            throw new DroppedRecordException(
                DropReason.SEVERAL_TURNS, field + " has more than one message of the user");
          }
          question = Placeholders.removed(Fields.text(message, content));
        }
        case "gpt", "assistant" -> {
          if (question == null || answer != null) {
            throw Fields.wrong(field, "a question and its answer", messages);
          }
          answer = Fields.text(message, content);
        }
        default -> throw Fields.wrong(field, "of human and gpt, or of user and assistant", message);
      }
    }
    return new Chat(present(question, field, "user"), present(answer, field, "assistant"));
  }

  private static String present(@Nullable String text, String field, String who) {
    if (text == null) {
      throw new DroppedRecordException(
          DropReason.MISSING_FIELD, field + " has no message of the " + who);
    }
    return Fields.notBlank(text, field + ": the message of the " + who);
  }

  /** Returns the question of two chats, which must be the same. */
  static String question(Chat one, Chat other) {
    if (!PairNode.same(one.question, other.question)) {
      throw new DroppedRecordException(
          DropReason.DIFFERENT_QUESTIONS, "the questions of both responses differ");
    }
    return one.question;
  }
}
