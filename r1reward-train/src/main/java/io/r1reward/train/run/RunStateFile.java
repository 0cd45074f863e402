package io.r1reward.train.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableSortedMap;
import io.r1reward.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads and writes {@code run-state.json}. */
final class RunStateFile {
  static final String NAME = "run-state.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private RunStateFile() {}

  static void write(Path folder, RunState state) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("step", state.step()).put("position", state.position());
    root.put("score", Double.toString(state.score()));
    root.put("settings_sha256", state.settingsHash());
    ObjectNode settings = root.putObject("settings");
    state.settings().forEach(settings::put);
    ObjectNode numbers = root.putObject("numbers");
    state.numbers().forEach((name, value) -> numbers.put(name, Double.toString(value)));
    Files.writeString(
        folder.resolve(NAME), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root));
  }

  static RunState read(Path folder) {
    Path file = folder.resolve(NAME);
    try {
      JsonNode root = JSON.readTree(Files.readAllBytes(file));
      ImmutableSortedMap.Builder<String, String> settings = ImmutableSortedMap.naturalOrder();
      root.path("settings")
          .properties()
          .forEach(e -> settings.put(e.getKey(), e.getValue().asText()));
      ImmutableSortedMap.Builder<String, Double> numbers = ImmutableSortedMap.naturalOrder();
      root.path("numbers")
          .properties()
          .forEach(e -> numbers.put(e.getKey(), Double.valueOf(e.getValue().asText())));
      RunState state =
          new RunState(
              root.path("step").longValue(),
              root.path("position").longValue(),
              Double.parseDouble(root.path("score").asText()),
              settings.buildOrThrow(),
              numbers.buildOrThrow());
      if (!state.settingsHash().equals(root.path("settings_sha256").asText())) {
        throw new CheckpointException(file + ": settings do not match their SHA-256");
      }
      return state;
    } catch (IOException | NumberFormatException e) {
      throw new CheckpointException("cannot read " + file + ": " + e, e);
    }
  }
}
