package io.r1reward.core.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.JsonFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What {@code tokenizer_config.json} says.
 *
 * @param padToken text of the token that fills short rows
 * @param eosToken text of the token that ends a turn
 */
record TokenizerConfig(@Nullable String padToken, @Nullable String eosToken) {

  /** Reads the file; one that is missing says nothing. */
  static TokenizerConfig read(Path file) {
    if (Files.notExists(file)) {
      return new TokenizerConfig(null, null);
    }
    try {
      JsonNode root = new ObjectMapper().readTree(Files.readAllBytes(file));
      return new TokenizerConfig(token(root, "pad_token"), token(root, "eos_token"));
    } catch (IOException e) {
      throw new CheckpointException("malformed " + file + ": " + JsonFault.of(e), e);
    }
  }

  /** A token is written as its text, or as an object that has it as its content. */
  private static @Nullable String token(JsonNode root, String field) {
    JsonNode node = root.path(field);
    JsonNode content = node.isObject() ? node.path("content") : node;
    return content.isTextual() ? content.asText() : null;
  }
}
