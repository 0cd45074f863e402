package io.r1reward.train.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.base.Utf8;
import io.r1reward.InvalidInputException;
import io.r1reward.core.json.JsonFault;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Strict JSON of a line: one object, no key twice, nothing behind it. Stateless, thread-safe. */
public final class PairJson {
  private static final int SHOWN = 80;
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  // a picture may stand in the line, whose length is limited before it comes here
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // an id such as 1.50 is kept as it was read
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final ObjectReader VALUES =
      MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private PairJson() {}

  /**
   * Reads one object.
   *
   * @throws InvalidInputException if the text is anything else
   */
  public static ObjectNode object(String text) {
    JsonNode node;
    try {
      node = tree(text);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException("the line is not JSON: " + JsonFault.of(e), e);
    }
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw new InvalidInputException("the line must be a JSON object, got " + shown(node));
  }

  /**
   * Opens JSON of any length, to be read value by value with {@link #next}.
   *
   * @throws IOException if its beginning cannot be read
   */
  public static JsonParser parser(InputStream json) throws IOException {
    return MAPPER.createParser(json);
  }

  /**
   * Reads the value that begins at the parser's token, and nothing behind it.
   *
   * @throws IOException if it is not JSON or cannot be read
   */
  public static JsonNode next(JsonParser parser) throws IOException {
    return VALUES.readTree(parser);
  }

  static JsonNode tree(String text) throws JsonProcessingException {
    return MAPPER.readTree(text);
  }

  /** Returns a field's value, null where it is missing or JSON null. */
  public static @Nullable JsonNode given(JsonNode object, String name) {
    JsonNode value = object.path(name);
    return value.isMissingNode() || value.isNull() ? null : value;
  }

  /** Returns the first of some fields that is given. */
  static @Nullable String firstGiven(JsonNode object, Iterable<String> names) {
    for (String name : names) {
      if (given(object, name) != null) {
        return name;
      }
    }
    return null;
  }

  /**
   * Returns a text, or a number as text.
   *
   * @param field names it in messages
   * @throws InvalidInputException if it is neither, or cannot be written as UTF-8
   */
  public static String text(JsonNode value, String field) {
    if (!value.isTextual() && !value.isNumber()) {
      throw new InvalidInputException(field + " must be a string, got " + shown(value));
    }
    String text = value.asText();
    if (!isWritable(text)) {
      throw new InvalidInputException(field + " holds half of a surrogate pair");
    }
    return text;
  }

  /** Names kind and value for messages; a long value is cut. */
  public static String shown(JsonNode node) {
    String kind = node.getNodeType().toString().toLowerCase(Locale.ROOT);
    return (kind + " " + cut(node.toString())).strip();
  }

  static String cut(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN - 3) + "...";
  }

  private static boolean isWritable(String text) {
    try {
      return Utf8.encodedLength(text) >= 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
