package io.r1reward.core.json;

import io.r1reward.CheckpointException;

/** Checks of configuration values; the messages name key, value and limit. */
public final class Checks {
  private static final int MAX_LAYERS = 10_000;

  private Checks() {}

  public static void positive(String key, double value) {
    if (!(value > 0)) {
      throw new CheckpointException(key + " is " + value + ", expected more than 0");
    }
  }

  public static void positive(String key, long value) {
    if (value <= 0) {
      throw new CheckpointException(key + " is " + value + ", expected more than 0");
    }
  }

  /** Refuses a count beyond reason before anything is done that often. */
  public static void count(String key, int value) {
    positive(key, value);
    if (value > MAX_LAYERS) {
      throw new CheckpointException(key + " is " + value + ", expected at most " + MAX_LAYERS);
    }
  }

  public static void divides(String key, long value, String of, long dividend) {
    if (dividend % value != 0) {
      throw new CheckpointException(key + " " + value + " does not divide " + of + " " + dividend);
    }
  }

  public static void token(String key, int id, int vocabularySize) {
    if (id < 0 || id >= vocabularySize) {
      throw new CheckpointException(
          key + " is " + id + ", expected a token below vocab_size " + vocabularySize);
    }
  }
}
