package io.r1reward.core.safetensors;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableMap;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.Json;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The weights of a checkpoint folder: {@code model.safetensors}, or else the shards of {@code
 * model.safetensors.index.json}. Every tensor of the index has to be in the shard that the index
 * says, and no tensor may be in two shards. Shards have to lie inside the folder by name; they may
 * be symbolic links, as in the cache of the public tools.
 */
public final class ShardedTensors implements AutoCloseable {
  /** Name of the only file. */
  public static final String SINGLE = "model.safetensors";

  /** Name of what lists the shards. */
  public static final String INDEX = "model.safetensors.index.json";

  private final List<SafetensorsFile> files = new ArrayList<>();
  private final Map<String, MappedTensor> tensors = new LinkedHashMap<>();
  private final Map<String, SafetensorsFile> owners = new LinkedHashMap<>();

  private final UnaryOperator<String> names;

  private ShardedTensors(UnaryOperator<String> names) {
    this.names = names;
  }

  /**
   * Opens a folder.
   *
   * @param names makes the names under which tensors are found of those in the files
   * @throws CheckpointException if a file is missing, cannot be read or breaks a rule of its format
   */
  public static ShardedTensors open(Path folder, UnaryOperator<String> names) {
    ShardedTensors opened = new ShardedTensors(names);
    try {
      if (Files.exists(folder.resolve(SINGLE))) {
        opened.add(folder.resolve(SINGLE));
      } else if (Files.exists(folder.resolve(INDEX))) {
        opened.addShards(folder, folder.resolve(INDEX));
      } else {
        throw new CheckpointException(
            folder + ": neither " + SINGLE + " nor " + INDEX + " is there");
      }
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /** Returns all tensors by name. */
  public ImmutableMap<String, MappedTensor> tensors() {
    return ImmutableMap.copyOf(tensors);
  }

  @Override
  public void close() {
    files.forEach(SafetensorsFile::close);
  }

  private void addShards(Path folder, Path index) {
    Map<String, SafetensorsFile> shards = new LinkedHashMap<>();
    JsonNode map = Json.object(index).path("weight_map");
    if (!map.isObject()) {
      throw new CheckpointException(index + ": weight_map is not an object");
    }
    requireShards(folder, index, map);
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String name = entry.getKey();
      if (!entry.getValue().isTextual()) {
        throw new CheckpointException(
            index + ": tensor " + name + ": " + entry.getValue() + " is not a file name");
      }
      String shardName = entry.getValue().textValue();
      SafetensorsFile shard = shards.get(shardName);
      if (shard == null) {
        shard = add(shardPath(folder, index, name, shardName));
        shards.put(shardName, shard);
      }
      if (!shard.tensors().containsKey(name)) {
        throw new CheckpointException(
            index + ": tensor " + name + " is not in its shard " + shardName);
      }
    }
  }

  /** Says how many shards are missing: a download that stopped lacks several. */
  private static void requireShards(Path folder, Path index, JsonNode map) {
    Set<String> named = new TreeSet<>();
    map.forEach(shard -> named.add(shard.asText()));
    List<String> missing = new ArrayList<>();
    for (String name : named) {
      if (name.matches("[\\w.-]+\\.safetensors") && Files.notExists(folder.resolve(name))) {
        missing.add(name);
      }
    }
    if (!missing.isEmpty()) {
      throw new CheckpointException(
          String.format(
              "%s: %d of its %d shards are missing, %s among them; is the download complete?",
              index, missing.size(), named.size(), missing.get(0)));
    }
  }

  private static Path shardPath(Path folder, Path index, String tensor, String shardName) {
    Path root = folder.toAbsolutePath().normalize();
    Path shard;
    try {
      shard = root.resolve(shardName).normalize();
    } catch (InvalidPathException e) {
      throw new CheckpointException(
          index + ": tensor " + tensor + ": shard '" + shardName + "' is no file name", e);
    }
    if (!shard.startsWith(root) || shard.equals(root)) {
      throw new CheckpointException(
          index + ": tensor " + tensor + ": shard '" + shardName + "' is outside the folder");
    }
    if (!Files.isRegularFile(shard)) {
      throw new CheckpointException(
          index + ": tensor " + tensor + ": shard " + shardName + " is missing");
    }
    return shard;
  }

  private SafetensorsFile add(Path path) {
    SafetensorsFile file = SafetensorsFile.open(path);
    files.add(file);
    file.tensors()
        .forEach(
            (name, tensor) -> {
              String known = names.apply(name);
              SafetensorsFile other = owners.putIfAbsent(known, file);
              if (other != null) {
                throw new CheckpointException(
                    String.format(
                        "%s: tensor %s is a duplicate, %s has it, too",
                        path, name, other.path().getFileName()));
              }
              tensors.put(known, tensor.named(known));
            });
    return file;
  }
}
