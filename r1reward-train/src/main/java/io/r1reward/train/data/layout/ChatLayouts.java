package io.r1reward.train.data.layout;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Records with a chat for each response. Stateless. */
final class ChatLayouts {

  private ChatLayouts() {}

  static List<ObjectNode> povid(ObjectNode record, String otherwise, PictureStore pictures)
      throws IOException {
    String id = Objects.requireNonNullElse(Fields.textOrNull(record, "id"), otherwise);
    Chat chosen = Chat.read(record, "conversations", "from", "value");
    Chat rejected = Chat.read(record, "rejected_conversations", "from", "value");
    String question = Chat.question(chosen, rejected);
    PairNode.different(chosen.answer(), rejected.answer());
    ObjectNode media = Pictures.read(record, pictures, "image");
    PairNode pair = PairNode.of(record, id, question, media, "POVID");
    return List.of(pair.pair(chosen.answer(), rejected.answer()));
  }

  static List<ObjectNode> wildVision(ObjectNode record, String otherwise, PictureStore pictures)
      throws IOException {
    boolean first = isFirst(Fields.text(record, "winner"));
    String given = Fields.textOrNull(record, "question_id");
    String id =
        Objects.requireNonNullElse(
            Fields.textOrNull(record, "id"), given == null ? otherwise : given);
    Chat chosen = Chat.read(record, first ? "conversation_a" : "conversation_b", "role", "content");
    Chat rejected =
        Chat.read(record, first ? "conversation_b" : "conversation_a", "role", "content");
    String question = Chat.question(chosen, rejected);
    PairNode.different(chosen.answer(), rejected.answer());
    ObjectNode media = Pictures.read(record, pictures, "image");
    PairNode pair =
        PairNode.of(record, id, question, media, "WildVision-Battle")
            .with("chosen_model", Fields.textOrNull(record, first ? "model_a" : "model_b"))
            .with("rejected_model", Fields.textOrNull(record, first ? "model_b" : "model_a"));
    return List.of(pair.pair(chosen.answer(), rejected.answer()));
  }

  private static boolean isFirst(String winner) {
    return switch (winner.toLowerCase(Locale.ROOT)) {
      case "model_a" -> true;
      case "model_b" -> false;
      case "tie", "tie (bothbad)", "bothbad", "both_bad" ->
          throw new DroppedRecordException(DropReason.TIE, "winner is " + winner);
      default ->
          throw new DroppedRecordException(
              DropReason.WRONG_FIELD, "winner must be model_a, model_b or tie, got " + winner);
    };
  }
}
