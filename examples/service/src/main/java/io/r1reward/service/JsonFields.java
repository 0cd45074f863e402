package io.r1reward.service;

import io.r1reward.InvalidInputException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Fields of a JSON object; null is a field that is not given. */
record JsonFields(JsonNode object) implements Fields {

  @Override
  public Set<String> names() {
    return Set.copyOf(object.propertyNames());
  }

  @Override
  public @Nullable String text(String name) {
    JsonNode value = given(name);
    return value == null ? null : checked(value.isString(), name, "a string", value).stringValue();
  }

  @Override
  public @Nullable String number(String name) {
    JsonNode value = given(name);
    return value == null ? null : checked(value.isNumber(), name, "a number", value).asString();
  }

  @Override
  public @Nullable String truth(String name) {
    JsonNode value = given(name);
    return value == null
        ? null
        : checked(value.isBoolean(), name, "true or false", value).asString();
  }

  /** Returns a value, null where it is missing or JSON's null. */
  @Nullable JsonNode given(String name) {
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? null : value;
  }

  static JsonNode checked(boolean right, String name, String wanted, JsonNode value) {
    if (!right) {
      throw new InvalidInputException(
          name + " must be " + wanted + ", got " + Pictures.abbreviate(value.toString()));
    }
    return value;
  }
}
