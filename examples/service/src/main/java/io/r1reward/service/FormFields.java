package io.r1reward.service;

import io.r1reward.InvalidInputException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Fields of a form or a query; an empty number is one that is not given. */
record FormFields(Map<String, String[]> parameters) implements Fields {

  @Override
  public Set<String> names() {
    return parameters.keySet();
  }

  @Override
  public @Nullable String text(String name) {
    String[] values = parameters.get(name);
    if (values == null) {
      return null;
    }
    if (values.length != 1) {
      throw new InvalidInputException(name + " must be given once, got " + values.length);
    }
    return values[0];
  }

  @Override
  public @Nullable String number(String name) {
    String text = text(name);
    return text == null || text.isBlank() ? null : text.strip();
  }

  @Override
  public @Nullable String truth(String name) {
    return number(name);
  }
}
