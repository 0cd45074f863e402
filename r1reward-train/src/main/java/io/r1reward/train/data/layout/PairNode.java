package io.r1reward.train.data.layout;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Makes the lines of a record. Immutable. */
record PairNode(String id, String question, ObjectNode media, ObjectNode attributes) {

  /**
   * Begins with what all pairs of a record share.
   *
   * @param source the data set
   */
  static PairNode of(
      ObjectNode record, String id, String question, ObjectNode media, String source) {
    ObjectNode attributes = JsonNodeFactory.instance.objectNode().put("source", source);
    PairNode node = new PairNode(id, question, media, attributes);
    return node.with("category", Fields.textOrNull(record, "category"));
  }

  /** Sets an attribute, where there is a value. */
  PairNode with(String name, @Nullable String value) {
    if (value == null) {
      return this;
    }
    return new PairNode(id, question, media, attributes.deepCopy().put(name, value));
  }

  /** Says whether two responses are the same but for white space around them. */
  static boolean same(String one, String other) {
    return one.strip().equals(other.strip());
  }

  /** Drops a record whose responses are the same, best before its pictures are written. */
  static void different(String chosen, String rejected) {
    if (same(chosen, rejected)) {
      throw new DroppedRecordException(
          DropReason.SAME_TEXT,
          "both responses are the same text of " + chosen.length() + " characters");
    }
  }

  ObjectNode pair(String chosen, String rejected) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("id", id).put("question", question).put("chosen", chosen).put("rejected", rejected);
    line.setAll(media);
    line.setAll(attributes);
    return line;
  }
}
