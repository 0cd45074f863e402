package io.r1reward.train.model;

import com.google.common.collect.ImmutableMap;
import io.r1reward.CheckpointException;
import io.r1reward.core.model.ModelTensors;
import io.r1reward.core.safetensors.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tensors of an adapter's file by the layers they belong to, under whichever names a release of
 * the model's public implementation gives the layers. Not thread-safe.
 */
final class AdapterTensors implements AutoCloseable {
  static final String NAME = "adapter_model.safetensors";
  static final String PREFIX = "base_model.model.";

  private static final String PICKLED = "adapter_model.bin";
  private static final String DECODER = "model.";
  private static final String VISION = "visual.";

  /** Layer; A or B; name of the adapter, which newer files leave out. */
  private static final Pattern TENSOR =
      Pattern.compile("base_model\\.model\\.(.+)\\.lora_([AB])(\\.[^.]+)?\\.weight");

  private final SafetensorsFile file;

  /** Names of the layers in the file, by their classic names. */
  private final ImmutableMap<String, String> layers;

  /** What stands between {@code lora_A} and {@code weight}. */
  private final String adapter;

  private AdapterTensors(
      SafetensorsFile file, ImmutableMap<String, String> layers, String adapter) {
    this.file = file;
    this.layers = layers;
    this.adapter = adapter;
  }

  /**
   * Opens the file in a folder.
   *
   * @throws CheckpointException if it has a tensor that is none of an adapter of a linear layer
   */
  static AdapterTensors open(Path folder) {
    Path path = folder.resolve(NAME);
    if (!Files.exists(path) && Files.exists(folder.resolve(PICKLED))) {
      throw new CheckpointException(
          folder.resolve(PICKLED)
              + " is pickled, which is not read; save it as "
              + NAME
              + " (save_pretrained of PEFT with safe_serialization=True)");
    }
    SafetensorsFile file = SafetensorsFile.open(path);
    try {
      return of(file);
    } catch (CheckpointException e) {
      file.close();
      throw e;
    }
  }

  private static AdapterTensors of(SafetensorsFile file) {
    Map<String, String> layers = new LinkedHashMap<>();
    String adapter = null;
    for (String name : file.tensors().keySet()) {
      Matcher tensor = TENSOR.matcher(name);
      if (!tensor.matches()) {
        throw refused(file, name, "is not lora_A or lora_B of a layer, and is not applied here");
      }
      String layer = tensor.group(1);
      String classic = ModelTensors.classicName(layer);
      if (!Lora.canAdapt(classic)) {
        throw refused(file, name, "is of a layer that cannot have adapters here");
      }
      String before = layers.put(classic, layer);
      if (before != null && !before.equals(layer)) {
        throw refused(file, name, "is of a layer that the file has as " + before + ", too");
      }
      String suffix = tensor.group(3) == null ? "" : tensor.group(3);
      if (adapter != null && !adapter.equals(suffix)) {
        throw refused(file, name, "is of another adapter than the tensors before it");
      }
      adapter = suffix;
    }
    if (adapter == null) {
      throw new CheckpointException(file.path() + ": has no tensors");
    }
    return new AdapterTensors(file, ImmutableMap.copyOf(layers), adapter);
  }

  private static CheckpointException refused(SafetensorsFile file, String name, String why) {
    return new CheckpointException(file.path() + ": tensor " + name + " " + why);
  }

  SafetensorsFile file() {
    return file;
  }

  /** Returns the names of the layers in the file, by their classic names. */
  ImmutableMap<String, String> layers() {
    return layers;
  }

  /** Says whether layers of the vision tower have adapters. */
  boolean hasVision() {
    return layers.keySet().stream().anyMatch(layer -> layer.startsWith(VISION));
  }

  /** Returns the name of a layer in the model that the file was made of, which may lack it. */
  String layer(String classic) {
    String known = layers.get(classic);
    if (known != null) {
      return known;
    }
    boolean vision = classic.startsWith(VISION);
    String start = vision ? VISION : DECODER;
    return prefix(start, vision ? DECODER : VISION) + classic.substring(start.length());
  }

  /** What the file writes for the start of classic names, told by its other half if need be. */
  private String prefix(String start, String otherStart) {
    for (Map.Entry<String, String> layer : layers.entrySet()) {
      String rest = layer.getKey().substring(layer.getKey().indexOf('.') + 1);
      if (layer.getKey().startsWith(start)) {
        return layer.getValue().substring(0, layer.getValue().length() - rest.length());
      }
    }
    boolean nested =
        layers.entrySet().stream()
            .filter(layer -> layer.getKey().startsWith(otherStart))
            .anyMatch(
                layer ->
                    layer.getValue().startsWith("model.language_model.")
                        || layer.getValue().startsWith("model.visual."));
    if (!nested) {
      return start;
    }
    return start.equals(VISION) ? "model.visual." : "model.language_model.";
  }

  /** Returns the file's name of an adapter's parameter, {@code <layer>.lora_A.weight}. */
  String name(String parameter) {
    int at = parameter.lastIndexOf(".lora_");
    int end = at + ".lora_A".length();
    return PREFIX
        + layer(parameter.substring(0, at))
        + parameter.substring(at, end)
        + adapter
        + parameter.substring(end);
  }

  @Override
  public void close() {
    file.close();
  }
}
