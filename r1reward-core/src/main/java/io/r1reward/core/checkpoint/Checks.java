package io.r1reward.core.checkpoint;

import io.r1reward.CheckpointException;

/** Checks of configuration values; the messages name key, value and limit. */
final class Checks {
  private Checks() {}

  static void positive(String key, double value) {
    if (!(value > 0)) {
      throw new CheckpointException(key + " is " + value + ", expected more than 0");
    }
  }

  static void positive(String key, long value) {
    if (value <= 0) {
      throw new CheckpointException(key + " is " + value + ", expected more than 0");
    }
  }

  static void divides(String key, int value, String of, int dividend) {
    if (dividend % value != 0) {
      throw new CheckpointException(key + " " + value + " does not divide " + of + " " + dividend);
    }
  }

  static void token(String key, int id, int vocabularySize) {
    if (id < 0 || id >= vocabularySize) {
      throw new CheckpointException(
          key + " is " + id + ", expected a token below vocab_size " + vocabularySize);
    }
  }
}
