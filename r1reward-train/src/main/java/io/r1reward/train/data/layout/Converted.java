package io.r1reward.train.data.layout;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import org.jspecify.annotations.Nullable;

/**
 * What became of a record.
 *
 * @param pairs its pairs, as lines that {@link io.r1reward.train.data.SampleFormats#pairs()} reads;
 *     none where it was dropped
 * @param drop why there are none; null where there are some
 */
public record Converted(ImmutableList<ObjectNode> pairs, @Nullable Drop drop) {

  /**
   * Why a record was dropped.
   *
   * @param reason the kind
   * @param message names field and value
   */
  public record Drop(DropReason reason, String message) {}

  static Converted dropped(DropReason reason, @Nullable String message) {
    return new Converted(ImmutableList.of(), new Drop(reason, String.valueOf(message)));
  }
}
