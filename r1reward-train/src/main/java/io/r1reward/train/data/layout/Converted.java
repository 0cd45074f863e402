package io.r1reward.train.data.layout;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a record.
 *
 * @param pairs its pairs, as lines that {@link io.r1reward.train.data.SampleFormats#pairs()} reads;
 *     none where it was dropped; unmodifiable
 * @param drop why there are none; null where there are some
 */
public record Converted(List<ObjectNode> pairs, @Nullable Drop drop) {

  /** Keeps a copy of the pairs. */
  public Converted {
    pairs = List.copyOf(pairs);
  }

  /**
   * Why a record was dropped.
   *
   * @param reason the kind
   * @param message names field and value
   */
  public record Drop(DropReason reason, String message) {}

  static Converted dropped(DropReason reason, @Nullable String message) {
    return new Converted(List.of(), new Drop(reason, String.valueOf(message)));
  }
}
