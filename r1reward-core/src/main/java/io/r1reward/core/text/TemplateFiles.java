package io.r1reward.core.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableListMultimap;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.CheckpointFiles;
import io.r1reward.core.json.JsonFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds the chat templates of a checkpoint folder, in the files of all releases. Stateless. */
final class TemplateFiles {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TemplateFiles() {}

  /** Returns the templates by where they stand; what the public implementation prefers first. */
  static ImmutableListMultimap<String, String> in(Path folder) {
    ImmutableListMultimap.Builder<String, String> found = ImmutableListMultimap.builder();
    Path jinja = folder.resolve(CheckpointFiles.CHAT_TEMPLATE);
    try {
      if (Files.exists(jinja)) {
        found.put(jinja.toString(), Files.readString(jinja));
      }
    } catch (IOException e) {
      throw new CheckpointException("malformed " + jinja + ": " + e, e);
    }
    for (String name :
        List.of(
            CheckpointFiles.OLD_CHAT_TEMPLATE,
            CheckpointFiles.PROCESSOR,
            CheckpointFiles.TOKENIZER_CONFIG)) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        JsonNode template = read(file).path("chat_template");
        if (template.isTextual()) {
          found.put(file.toString(), template.asText());
        }
        for (JsonNode named : template.isArray() ? template : JSON.createArrayNode()) {
          found.put(
              file + " (" + named.path("name").asText() + ")", named.path("template").asText());
        }
      }
    }
    return found.build();
  }

  private static JsonNode read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new CheckpointException("malformed " + file + ": " + JsonFault.of(e), e);
    }
  }
}
