package io.r1reward.examples.bench;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.r1reward.core.generate.Decoding;

/** The ways to choose tokens that are compared; none ends at a token. */
final class Decodings {
  static final String GREEDY_NAME = "greedy";
  static final String DRAWN_NAME = "temperature 1";

  static final Decoding GREEDY = decoding(0, 0, 1);

  /** What votes cost that are drawn as the published checkpoint says, at temperature 1. */
  static final Decoding VOTE = decoding(1, 0, 1.05);

  static final ImmutableMap<String, Decoding> COMPARED =
      ImmutableMap.of(
          GREEDY_NAME,
          GREEDY,
          DRAWN_NAME,
          decoding(1, 0, 1),
          "top-k 50 + penalty 1.05",
          decoding(1, 50, 1.05));

  private Decodings() {}

  private static Decoding decoding(double temperature, int topK, double repetitionPenalty) {
    return new Decoding(
        temperature, topK, 1, 0, repetitionPenalty, Integer.MAX_VALUE, ImmutableSet.of());
  }
}
