package io.r1reward.core.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.CheckpointFiles;
import io.r1reward.core.json.Json;
import io.r1reward.core.json.JsonFault;
import io.r1reward.core.media.PreprocessorConfig;
import io.r1reward.core.model.ConfigFields;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.safetensors.SafetensorsWriter;
import io.r1reward.core.safetensors.ShardedTensors;
import io.r1reward.core.safetensors.TensorData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a whole checkpoint folder: configuration, companions such as the tokenizer, and weights in
 * one file or, above the largest shard, in several with an index. The folder appears under its name
 * when all of it is there, and not before.
 *
 * <pre>{@code
 * CheckpointWriter.to(folder)
 *     .companionsOf(base)            // config.json, tokenizer and so on, as they are
 *     .write(tensors);
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class CheckpointWriter {
  /** Largest shard where nothing else is said: 5 GB, as in the public implementation. */
  public static final long DEFAULT_SHARD_BYTES = 5_000_000_000L;

  private final Path folder;
  private final Map<String, byte[]> files = new TreeMap<>();
  private long shardBytes = DEFAULT_SHARD_BYTES;
  private int threads = 1;
  private boolean durable = true;

  private CheckpointWriter(Path folder) {
    this.folder = folder;
  }

  /** Starts a checkpoint in a folder that does not exist yet, or is empty. */
  public static CheckpointWriter to(Path folder) {
    return new CheckpointWriter(folder);
  }

  /** Sets the most bytes of tensors in one file; a single longer tensor still gets its own. */
  @CanIgnoreReturnValue
  public CheckpointWriter shardBytes(long value) {
    if (value < 1) {
      throw new IllegalArgumentException("shardBytes is " + value + ", expected at least 1");
    }
    shardBytes = value;
    return this;
  }

  /**
   * Sets how many threads read and write the tensors; default 1. More only for tensors that may be
   * read at the same time.
   */
  @CanIgnoreReturnValue
  public CheckpointWriter threads(int value) {
    if (value < 1) {
      throw new IllegalArgumentException("threads is " + value + ", expected at least 1");
    }
    threads = value;
    return this;
  }

  /**
   * Sets whether to wait until the weights are on the disk; default true. Without that a power cut
   * may leave holes in the files, which is no matter where they are easily made again.
   */
  @CanIgnoreReturnValue
  public CheckpointWriter durable(boolean value) {
    durable = value;
    return this;
  }

  /** Adds a JSON file, such as {@code config.json}. */
  @CanIgnoreReturnValue
  public CheckpointWriter json(String name, JsonNode content) {
    files.put(name, (content.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /**
   * Adds the {@link Companions} of another checkpoint, as they are. A file that was added before
   * under the same name stays.
   */
  @CanIgnoreReturnValue
  public CheckpointWriter companionsOf(Path other) {
    try {
      for (Path file : Companions.in(other)) {
        files.putIfAbsent(String.valueOf(file.getFileName()), Files.readAllBytes(file));
      }
      return this;
    } catch (IOException e) {
      throw new CheckpointException(other + ": cannot be read: " + e, e);
    }
  }

  /**
   * Makes the configuration say the number format of the weights, as the public implementation
   * does: loaded in another one they would take other room, and give other numbers.
   *
   * @throws CheckpointException if no {@code config.json} was added, or it is no JSON object
   */
  @CanIgnoreReturnValue
  public CheckpointWriter weightsIn(DType dtype) {
    byte[] config = files.get(CheckpointFiles.CONFIG);
    if (config == null) {
      throw new CheckpointException(
          folder + ": has no " + CheckpointFiles.CONFIG + " to name " + dtype + " in");
    }
    ObjectNode json = object(CheckpointFiles.CONFIG, config);
    // newer files call it "dtype"; both may be there, also inside of text_config
    for (JsonNode part : List.of(json, json.path("text_config"), json.path("vision_config"))) {
      for (String name : List.of("dtype", "torch_dtype")) {
        if (part.has(name)) {
          ((ObjectNode) part).put(name, ConfigFields.dtype(dtype));
        }
      }
    }
    if (!json.has("dtype")) {
      json.put("torch_dtype", ConfigFields.dtype(dtype));
    }
    return json(CheckpointFiles.CONFIG, json);
  }

  /**
   * Makes the settings of pictures say how large one may be, in whichever file they stand: a judge
   * is asked as it was trained.
   *
   * @throws CheckpointException if such a file is no JSON object
   */
  @CanIgnoreReturnValue
  public CheckpointWriter maxPixels(long pixels) {
    boolean found = false;
    for (String name : List.of(CheckpointFiles.PREPROCESSOR, CheckpointFiles.PROCESSOR)) {
      byte[] file = files.get(name);
      ObjectNode json = file == null ? null : object(name, file);
      boolean inside = name.equals(CheckpointFiles.PROCESSOR);
      if (json != null
          && (inside ? json.get("image_processor") : json) instanceof ObjectNode settings) {
        limit(settings, pixels);
        json(name, json);
        found = true;
      }
    }
    if (!found) {
      ObjectNode settings = ConfigJson.of(PreprocessorConfig.defaults());
      limit(settings, pixels);
      json(CheckpointFiles.PREPROCESSOR, settings);
    }
    return this;
  }

  /** Old readers look at {@code max_pixels}, new ones at {@code size}. */
  private static void limit(ObjectNode settings, long pixels) {
    settings.put("max_pixels", pixels);
    if (settings.path("min_pixels").asLong(0) > pixels) {
      settings.put("min_pixels", pixels);
    }
    if (settings.get("size") instanceof ObjectNode size) {
      for (String key : List.of("longest_edge", "max_pixels")) {
        if (size.has(key)) {
          size.put(key, pixels);
        }
      }
      for (String key : List.of("shortest_edge", "min_pixels")) {
        if (size.path(key).asLong(0) > pixels) {
          size.put(key, pixels);
        }
      }
    }
  }

  private ObjectNode object(String name, byte[] content) {
    try {
      return Json.MAPPER.readValue(content, ObjectNode.class);
    } catch (IOException e) {
      throw new CheckpointException(
          folder + ": " + name + " is no JSON object: " + JsonFault.of(e), e);
    }
  }

  /**
   * Writes the folder. Tensors are spread over the shards in the order given.
   *
   * @throws CheckpointException if the folder exists and is not empty, if a name occurs twice, or
   *     if something cannot be written
   */
  public void write(List<? extends TensorData> tensors) {
    try (AtomicFolder making = AtomicFolder.beside(folder)) {
      if (Files.isDirectory(folder)) {
        Files.delete(folder); // fails unless it is empty, before the weights are written
      }
      writeInto(making.folder(), tensors);
      making.publish();
    } catch (IOException e) {
      throw new CheckpointException(folder + ": cannot be written: " + e, e);
    }
  }

  private void writeInto(Path partial, List<? extends TensorData> tensors) throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(partial.resolve(file.getKey()), file.getValue());
    }
    List<List<TensorData>> shards = shards(tensors);
    if (shards.size() == 1) {
      write(partial.resolve(ShardedTensors.SINGLE), shards.get(0));
      return;
    }
    Map<String, String> places = new TreeMap<>();
    long total = 0;
    for (int i = 0; i < shards.size(); i++) {
      String name = String.format("model-%05d-of-%05d.safetensors", i + 1, shards.size());
      for (TensorData tensor : shards.get(i)) {
        if (places.put(tensor.info().name(), name) != null) {
          throw new CheckpointException(
              folder + ": tensor " + tensor.info() + ": the name is taken");
        }
        total += tensor.info().bytes();
      }
      write(partial.resolve(name), shards.get(i));
    }
    ObjectNode index = Json.MAPPER.createObjectNode();
    index.putObject("metadata").put("total_size", total);
    index.set("weight_map", Json.MAPPER.valueToTree(places));
    Files.writeString(partial.resolve(ShardedTensors.INDEX), index.toPrettyString() + "\n");
  }

  private void write(Path file, List<TensorData> tensors) {
    SafetensorsWriter.write(file, tensors, SafetensorsWriter.METADATA, threads, durable);
  }

  /** Fills one shard after the other, in the order given. */
  private List<List<TensorData>> shards(List<? extends TensorData> tensors) {
    List<List<TensorData>> shards = new ArrayList<>();
    List<TensorData> shard = new ArrayList<>();
    long filled = 0;
    for (TensorData tensor : tensors) {
      if (!shard.isEmpty() && filled + tensor.info().bytes() > shardBytes) {
        shards.add(shard);
        shard = new ArrayList<>();
        filled = 0;
      }
      shard.add(tensor);
      filled += tensor.info().bytes();
    }
    shards.add(shard);
    return shards;
  }
}
