package io.r1reward.agentjudge;

import io.r1reward.InvalidInputException;
import org.jspecify.annotations.Nullable;

/** Refuses arguments that are null, by their names. */
final class Given {

  private Given() {}

  /** Returns what is not null. */
  static <T> T given(@Nullable T value, String name) {
    if (value == null) {
      throw new InvalidInputException(name + " must not be null");
    }
    return value;
  }
}
