package io.r1reward.core.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import io.r1reward.CheckpointException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Typed reading of a configuration file's fields. A missing key and {@code null} mean the same: the
 * default. A value of another type is refused by name.
 */
final class JsonFields {
  private final Path path;
  private final String prefix;
  private final JsonNode node;
  private final @Nullable JsonFields fallback;

  private JsonFields(Path path, String prefix, JsonNode node, @Nullable JsonFields fallback) {
    this.path = path;
    this.prefix = prefix;
    this.node = node;
    this.fallback = fallback;
  }

  /** Reads a file that must hold one object. */
  static JsonFields read(Path path) {
    return new JsonFields(path, "", Json.object(path), null);
  }

  /** Returns an object in here, or empty where there is none. */
  Optional<JsonFields> object(String key) {
    JsonNode value = find(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isObject()) {
      throw wrong(key, value, "an object");
    }
    return Optional.of(new JsonFields(path, prefix + key + ".", value, null));
  }

  /** Returns the same fields; those that are missing are looked up in others. */
  JsonFields orElse(JsonFields others) {
    return new JsonFields(path, prefix, node, others);
  }

  String text(String key, String otherwise) {
    JsonNode value = find(key);
    if (value == null) {
      return otherwise;
    }
    if (!value.isTextual()) {
      throw wrong(key, value, "a string");
    }
    return value.textValue();
  }

  boolean bool(String key, boolean otherwise) {
    JsonNode value = find(key);
    if (value == null) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw wrong(key, value, "a boolean");
    }
    return value.booleanValue();
  }

  int integer(String key, int otherwise) {
    JsonNode value = find(key);
    return value == null ? otherwise : integer(key, value);
  }

  long longInteger(String key, long otherwise) {
    JsonNode value = find(key);
    if (value == null) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw wrong(key, value, "a whole number below 2^63");
    }
    return value.longValue();
  }

  @Nullable Integer integerOrNull(String key) {
    JsonNode value = find(key);
    return value == null ? null : integer(key, value);
  }

  double number(String key, double otherwise) {
    JsonNode value = find(key);
    if (value == null) {
      return otherwise;
    }
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw wrong(key, value, "a number");
    }
    return value.doubleValue();
  }

  /** Reads a list of whole numbers, or a single one. */
  ImmutableIntArray integers(String key, ImmutableIntArray otherwise) {
    JsonNode value = find(key);
    if (value == null) {
      return otherwise;
    }
    if (!value.isArray()) {
      return ImmutableIntArray.of(integer(key, value));
    }
    ImmutableIntArray.Builder numbers = ImmutableIntArray.builder(value.size());
    for (JsonNode element : value) {
      numbers.add(integer(key, element));
    }
    return numbers.build();
  }

  ImmutableList<Double> numbers(String key, ImmutableList<Double> otherwise) {
    JsonNode value = find(key);
    if (value == null) {
      return otherwise;
    }
    if (!value.isArray()) {
      throw wrong(key, value, "a list of numbers");
    }
    ImmutableList.Builder<Double> numbers = ImmutableList.builder();
    for (JsonNode element : value) {
      if (!element.isNumber()) {
        throw wrong(key, element, "a list of numbers");
      }
      numbers.add(element.doubleValue());
    }
    return numbers.build();
  }

  /** Makes a record whose checks know keys and values, and adds the file to what they say. */
  <T> T naming(Supplier<T> maker) {
    try {
      return maker.get();
    } catch (CheckpointException e) {
      String message = String.valueOf(e.getMessage());
      String file = path.toString();
      throw message.startsWith(file) ? e : new CheckpointException(file + ": " + message, e);
    }
  }

  /** Makes the exception that names file, key, value and what it should have been. */
  CheckpointException wrong(String key, Object value, String wanted) {
    return new CheckpointException(
        path + ": " + prefix + key + " is " + value + ", expected " + wanted);
  }

  private int integer(String key, JsonNode value) {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrong(key, value, "a whole number below 2^31");
    }
    return value.intValue();
  }

  private @Nullable JsonNode find(String key) {
    JsonNode value = node.path(key);
    if (!value.isMissingNode() && !value.isNull()) {
      return value;
    }
    return fallback == null ? null : fallback.find(key);
  }
}
