package io.r1reward.core.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.r1reward.CheckpointException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Strict JSON: valid UTF-8, no duplicate keys, one value a file. */
public final class Json {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          // Python writes NaN and Infinity; who reads such a number refuses it by its key
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          // names come from files: no table of them that lives as long as the process
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  /** Reads trees as strictly as {@link #parser}, and writes. */
  public static final ObjectMapper MAPPER =
      JsonMapper.builder(FACTORY).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private Json() {}

  /** Starts to read a text; UTF-8 is checked by the reader. */
  public static JsonParser parser(Reader text) throws IOException {
    return FACTORY.createParser(text);
  }

  /** Reads a file that must hold one object. */
  public static JsonNode object(Path path) {
    // unlike the one-argument form, this reader refuses malformed UTF-8
    try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
      JsonNode node = MAPPER.readTree(reader);
      if (!node.isObject()) {
        throw new CheckpointException(path + ": is not a JSON object");
      }
      return node;
    } catch (CharacterCodingException e) {
      throw new CheckpointException(path + ": is not valid UTF-8", e);
    } catch (JsonProcessingException e) {
      throw new CheckpointException(path + ": is not valid JSON: " + JsonFault.of(e), e);
    } catch (IOException e) {
      throw new CheckpointException(path + ": cannot be read: " + e, e);
    }
  }

  /** Names a kind of value for a message. */
  public static String kind(JsonToken token) {
    return switch (token) {
      case START_OBJECT, END_OBJECT -> "an object";
      case START_ARRAY, END_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT -> "a whole number";
      case VALUE_NUMBER_FLOAT -> "a number with a fraction";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case VALUE_NULL -> "null";
      default -> token.toString();
    };
  }
}
