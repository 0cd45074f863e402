package io.r1reward.service;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fields of a request, however it was sent. */
interface Fields {

  /** Names of the fields that are given. */
  Set<String> names();

  /** Returns a text, null where the field is not given. */
  @Nullable String text(String name);

  /** Returns a number as it was written, null where the field is not given. */
  @Nullable String number(String name);

  /** Returns {@code true} or {@code false} as it was written, null where it is not given. */
  @Nullable String truth(String name);
}
