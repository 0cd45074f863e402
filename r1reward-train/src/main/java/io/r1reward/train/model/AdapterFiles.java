package io.r1reward.train.model;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Longs;
import io.r1reward.CheckpointException;
import io.r1reward.core.model.ModelTensors;
import io.r1reward.core.safetensors.SafetensorsWriter;
import io.r1reward.core.safetensors.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Adapters as the PEFT library keeps them: {@code adapter_config.json} and {@code
 * adapter_model.safetensors} with names {@code base_model.model.<layer>.lora_A.weight}. What is
 * read may name the layers as any release of the public implementation does; what is written has
 * the classic names, and targets that fit all of them. Stateless.
 */
public final class AdapterFiles {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String WEIGHT = ".weight";
  private static final String DECODER = "model.";

  private AdapterFiles() {}

  /** Writes the adapters of a network into a folder that exists. */
  public static void save(PolicyNetwork network, String baseModel, Path folder) throws IOException {
    Lora lora = network.settings().lora();
    if (lora == null) {
      throw new CheckpointException("the network has no adapters to save in " + folder);
    }
    ObjectNode config = JSON.createObjectNode();
    config.put("peft_type", "LORA").put("task_type", "CAUSAL_LM");
    config.put("base_model_name_or_path", baseModel).put("inference_mode", true);
    config
        .put("r", lora.rank())
        .put("lora_alpha", lora.alpha())
        .put("lora_dropout", lora.dropout());
    config.put("bias", "none").put("use_rslora", false).put("use_dora", false);
    lora.targets().forEach(config.putArray("target_modules")::add);
    Files.writeString(
        folder.resolve(AdapterConfig.NAME),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(config));
    List<TensorData> tensors = new ArrayList<>();
    for (Parameter parameter : network.parameters()) {
      if (NetworkFiles.isAdapter(parameter)) {
        tensors.add(
            NetworkFiles.values(network, AdapterTensors.PREFIX + parameter.name(), parameter));
      }
    }
    SafetensorsWriter.write(folder.resolve(AdapterTensors.NAME), tensors);
  }

  /**
   * Reads the settings of saved adapters. Layers that a list of names fits but the file has no
   * tensors for may be those of the whole vision tower.
   *
   * @throws CheckpointException if the file is missing, malformed or asks for what is not supported
   */
  public static Lora settings(Path folder) {
    AdapterConfig config = AdapterConfig.read(folder, true);
    try (AdapterTensors saved = AdapterTensors.open(folder)) {
      saved.layers().forEach((classic, layer) -> checkTarget(config, saved, layer));
      return new Lora(
          config.rank(), config.alpha(), config.dropout(), names(config, saved), saved.hasVision());
    }
  }

  private static void checkTarget(AdapterConfig config, AdapterTensors saved, String layer) {
    if (!config.targets().chosen().test(layer)) {
      throw new CheckpointException(
          saved.file().path()
              + ": has tensors of "
              + layer
              + ", which is none of the target_modules of "
              + config.file());
    }
  }

  /** The listed names that fit layers of the file, or else the layers one by one. */
  private static ImmutableList<String> names(AdapterConfig config, AdapterTensors saved) {
    ImmutableList<String> listed = config.targets().names();
    Stream<String> names =
        listed == null || !config.listed()
            ? saved.layers().keySet().stream()
            : listed.stream()
                .filter(
                    name ->
                        saved.layers().values().stream()
                            .anyMatch(layer -> Lora.endsWith(layer, name)));
    return names.map(AdapterFiles::portable).distinct().collect(toImmutableList());
  }

  /** What fits a layer's name in all releases of the public implementation. */
  private static String portable(String name) {
    String classic = ModelTensors.classicName(name);
    return classic.startsWith(DECODER) ? classic.substring(DECODER.length()) : classic;
  }

  /**
   * Reads saved adapters into a network that was loaded with the same {@link #settings}.
   *
   * @throws CheckpointException if tensors of a target are missing or misshapen, or belong to no
   *     layer of the network
   */
  public static void restore(PolicyNetwork network, Path folder) {
    AdapterConfig config = AdapterConfig.read(folder, false);
    try (AdapterTensors saved = AdapterTensors.open(folder)) {
      for (Map.Entry<String, String> layer : saved.layers().entrySet()) {
        if (!network.weights().has(layer.getKey() + Parameters.LORA_A)) {
          throw new CheckpointException(
              saved.file().path()
                  + ": has tensors of "
                  + layer.getValue()
                  + ", but the network has no adapter of "
                  + layer.getKey());
        }
      }
      for (Parameter parameter : network.parameters()) {
        checkSaved(config, saved, parameter.name());
      }
      for (Parameter parameter : network.parameters()) {
        if (NetworkFiles.isAdapter(parameter)) {
          network.set(
              parameter,
              saved.file().require(saved.name(parameter.name()), Longs.toArray(parameter.shape())));
        }
      }
    }
  }

  /** Refuses a file that lacks the tensors of a layer which its configuration names. */
  private static void checkSaved(AdapterConfig config, AdapterTensors saved, String parameter) {
    if (!parameter.endsWith(WEIGHT)) {
      return;
    }
    String classic = parameter.substring(0, parameter.length() - WEIGHT.length());
    boolean other = config.targets().names() != null && !saved.hasVision();
    if (Lora.canAdapt(classic)
        && !saved.layers().containsKey(classic)
        && !(other && classic.startsWith("visual."))
        && config.targets().chosen().test(saved.layer(classic))) {
      throw new CheckpointException(
          saved.file().path()
              + ": tensor "
              + saved.name(classic + Parameters.LORA_A)
              + " is missing, though target_modules of "
              + config.file()
              + " names its layer");
    }
  }
}
