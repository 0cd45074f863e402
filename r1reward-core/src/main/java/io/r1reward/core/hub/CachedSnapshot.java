package io.r1reward.core.hub;

import com.fasterxml.jackson.databind.JsonNode;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.CheckpointFiles;
import io.r1reward.core.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Finds a checkpoint in the cache alone. Stateless. */
final class CachedSnapshot {
  private static final String INDEX = "model.safetensors.index.json";

  private CachedSnapshot() {}

  /**
   * Returns the folder of what was fetched before.
   *
   * @throws CheckpointException if it is not there, or not whole; names what is missing
   */
  static Path of(HubCache cache) throws IOException {
    Optional<String> sha = cache.commit();
    if (sha.isEmpty() || !Files.isDirectory(cache.snapshot(sha.get()))) {
      throw new CheckpointException(
          cache.what()
              + " is not in the cache "
              + cache.root()
              + ", and nothing is fetched while offline (HF_HUB_OFFLINE)");
    }
    Path folder = cache.snapshot(sha.get());
    SortedSet<String> missing = missing(folder);
    if (!missing.isEmpty()) {
      throw new CheckpointException(
          cache.what()
              + " is not whole in the cache, and nothing is fetched while offline"
              + " (HF_HUB_OFFLINE): "
              + folder
              + " lacks "
              + String.join(", ", missing));
    }
    return folder;
  }

  /** Links to nothing, and weights that the index names. */
  private static SortedSet<String> missing(Path folder) throws IOException {
    SortedSet<String> missing = new TreeSet<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(file -> !Files.exists(file))
          .forEach(file -> missing.add(folder.relativize(file).toString()));
    }
    if (!Files.exists(folder.resolve(CheckpointFiles.CONFIG))) {
      missing.add(CheckpointFiles.CONFIG);
    }
    if (Files.exists(folder.resolve(INDEX))) {
      for (JsonNode shard : Json.object(folder.resolve(INDEX)).path("weight_map")) {
        HubFile.checkName(shard.asText());
        if (!Files.exists(folder.resolve(shard.asText()))) {
          missing.add(shard.asText());
        }
      }
    }
    return missing;
  }
}
