package io.r1reward.train.scenes;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * What a picture shows. Immutable.
 *
 * @param kind shapes, digits or a chart
 * @param items in reading order
 */
record Scene(Kind kind, ImmutableList<Item> items) {

  /** What kind of picture. */
  enum Kind {
    SHAPES,
    DIGITS,
    CHART
  }

  private static final String[] PLACES = {
    "top left",
    "top",
    "top right",
    "left",
    "center",
    "right",
    "bottom left",
    "bottom",
    "bottom right"
  };

  static String place(int cell) {
    return PLACES[cell];
  }

  /** Describes the picture as the reasoning does: "red star top left, blue circle center". */
  String describe() {
    return items.stream()
        .map(
            item ->
                kind == Kind.CHART
                    ? item.colour() + " " + Words.number(item.height())
                    : item.name() + " " + place(item.cell()))
        .collect(Collectors.joining(", "));
  }

  /** Returns a number that depends on the content alone, uniform in [0, 1). */
  double fraction() {
    long hash =
        Hashing.murmur3_128().hashString(kind + " " + describe(), StandardCharsets.UTF_8).asLong();
    return (hash >>> 11) * 0x1.0p-53;
  }
}
