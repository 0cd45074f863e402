package io.r1reward.core.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableIntArray;
import io.r1reward.CheckpointException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Typed reading of a configuration file's fields. A missing key and {@code null} mean the same: the
 * default. A value of another type is refused by name; other spellings of the same value, such as
 * 2.0 for 2 or "true" for true, are not another type. What was read is remembered, so that {@link
 * #warnOfOthers} can tell of the rest.
 */
public final class JsonFields {
  private static final ImmutableMap<String, Boolean> FLAGS =
      ImmutableMap.of("true", true, "false", false, "1", true, "0", false);

  private static final Logger LOG = LoggerFactory.getLogger(JsonFields.class);

  private final Path path;
  private final String prefix;
  private final JsonNode node;
  private final @Nullable JsonFields fallback;

  /** Keys of the whole file that were asked for, with their prefix. */
  private final Set<String> asked;

  private JsonFields(
      Path path, String prefix, JsonNode node, @Nullable JsonFields fallback, Set<String> asked) {
    this.path = path;
    this.prefix = prefix;
    this.node = node;
    this.fallback = fallback;
    this.asked = asked;
  }

  /** Reads a file that must hold one object. */
  public static JsonFields read(Path path) {
    return new JsonFields(path, "", Json.object(path), null, new HashSet<>());
  }

  /** Returns an object in here, or empty where there is none. */
  public Optional<JsonFields> object(String key) {
    JsonNode value = find(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isObject()) {
      throw wrong(key, value, "an object");
    }
    return Optional.of(new JsonFields(path, prefix + key + ".", value, null, asked));
  }

  /** Returns the same fields; those that are missing are looked up in others. */
  public JsonFields orElse(JsonFields others) {
    return new JsonFields(path, prefix, node, others, asked);
  }

  /** Reads a string. */
  public String text(String key, String otherwise) {
    JsonNode value = find(key);
    if (value == null) {
      return otherwise;
    }
    if (!value.isTextual()) {
      throw wrong(key, value, "a string");
    }
    return value.textValue();
  }

  /** Reads a list of strings; none where there is none. */
  public ImmutableList<String> texts(String key) {
    JsonNode value = find(key);
    if (value == null) {
      return ImmutableList.of();
    }
    ImmutableList.Builder<String> texts = ImmutableList.builder();
    for (JsonNode element : value) {
      texts.add(element.asText());
    }
    return texts.build();
  }

  /** Reads a string, or a number as it is written. */
  public String scalar(String key, String otherwise) {
    JsonNode value = find(key);
    if (value == null) {
      return otherwise;
    }
    if (!value.isValueNode()) {
      throw wrong(key, value, "a string or a number");
    }
    return value.asText();
  }

  /** Reads a flag. */
  public boolean bool(String key, boolean otherwise) {
    JsonNode value = find(key);
    if (value == null) {
      return otherwise;
    }
    String text = value.asText().toLowerCase(Locale.ROOT);
    if (!value.isBoolean() && !FLAGS.containsKey(text)) {
      throw wrong(key, value, "a boolean");
    }
    return value.isBoolean() ? value.booleanValue() : FLAGS.get(text);
  }

  /** Reads a whole number below 2^31. */
  public int integer(String key, int otherwise) {
    JsonNode value = find(key);
    return value == null ? otherwise : integer(key, value);
  }

  /** Reads a whole number below 2^63. */
  public long longInteger(String key, long otherwise) {
    JsonNode value = find(key);
    if (value == null) {
      return otherwise;
    }
    if (!isWhole(value) || !value.canConvertToLong()) {
      throw wrong(key, value, "a whole number below 2^63");
    }
    return value.longValue();
  }

  /** Reads a whole number, or null where there is none. */
  public @Nullable Integer integerOrNull(String key) {
    JsonNode value = find(key);
    return value == null ? null : integer(key, value);
  }

  /** Reads a finite number. */
  public double number(String key, double otherwise) {
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
  public ImmutableIntArray integers(String key, ImmutableIntArray otherwise) {
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

  /** Reads a list of numbers. */
  public ImmutableList<Double> numbers(String key, ImmutableList<Double> otherwise) {
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

  /** Says that a key is read by somebody else. */
  public void leave(String... keys) {
    for (String key : keys) {
      asked.add(prefix + key);
    }
  }

  /** Takes back that a key was asked for: it has no effect. */
  public void forget(String key) {
    asked.remove(prefix + key);
  }

  /**
   * Logs a warning of the keys that nobody asked for: a setting that is not known must not pass for
   * one that has an effect. Keys whose value is null, false or empty are passed over.
   *
   * @param harmless keys, without prefix, that change no result
   */
  public void warnOfOthers(Set<String> harmless) {
    List<String> found = new ArrayList<>();
    others(node, prefix, harmless, found);
    if (!found.isEmpty()) {
      LOG.warn("{}: these settings are not known and have no effect here: {}", path, found);
    }
  }

  /** Makes a record whose checks know keys and values, and adds the file to what they say. */
  public <T> T naming(Supplier<T> maker) {
    try {
      return maker.get();
    } catch (CheckpointException e) {
      String message = String.valueOf(e.getMessage());
      String file = path.toString();
      throw message.startsWith(file) ? e : new CheckpointException(file + ": " + message, e);
    }
  }

  /** Makes the exception that names file, key, value and what it should have been. */
  public CheckpointException wrong(String key, Object value, String wanted) {
    return new CheckpointException(
        path + ": " + prefix + key + " is " + value + ", expected " + wanted);
  }

  private int integer(String key, JsonNode value) {
    if (!isWhole(value) || !value.canConvertToInt()) {
      throw wrong(key, value, "a whole number below 2^31");
    }
    return value.intValue();
  }

  /** Some tools write 2.0 for 2. */
  private static boolean isWhole(JsonNode value) {
    return value.isNumber() && value.canConvertToExactIntegral();
  }

  /** Adds what is in an object, but was neither asked for nor says that something is not so. */
  private void others(JsonNode in, String path, Set<String> harmless, List<String> found) {
    for (Map.Entry<String, JsonNode> field : in.properties()) {
      String key = path + field.getKey();
      JsonNode value = field.getValue();
      if (harmless.contains(field.getKey()) || (asked.contains(key) && !value.isObject())) {
        continue;
      }
      if (value.isObject() && asked.contains(key)) {
        others(value, key + ".", harmless, found);
      } else if (!value.isNull()
          && !BooleanNode.FALSE.equals(value)
          && !(value.isContainerNode() && value.isEmpty())) {
        found.add(key + " = " + value);
      }
    }
  }

  private @Nullable JsonNode find(String key) {
    asked.add(prefix + key);
    if (fallback != null) {
      asked.add(fallback.prefix + key); // overruled there
    }
    JsonNode value = node.path(key);
    if (!value.isMissingNode() && !value.isNull()) {
      return value;
    }
    return fallback == null ? null : fallback.find(key);
  }
}
