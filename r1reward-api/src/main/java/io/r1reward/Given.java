package io.r1reward;

import java.util.List;
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

  /** Returns an unmodifiable copy of a list that is not null and has no null in it. */
  static <T> List<T> copy(@Nullable List<? extends T> items, String name) {
    int index = 0;
    for (T item : given(items, name)) {
      given(item, name + "[" + index++ + "]");
    }
    return List.copyOf(items);
  }
}
