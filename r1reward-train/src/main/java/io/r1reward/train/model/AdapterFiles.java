package io.r1reward.train.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import io.r1reward.CheckpointException;
import io.r1reward.core.safetensors.SafetensorsFile;
import io.r1reward.core.safetensors.SafetensorsWriter;
import io.r1reward.core.safetensors.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Adapters as the PEFT library keeps them: {@code adapter_config.json} and {@code
 * adapter_model.safetensors} with names {@code base_model.model.<layer>.lora_A.weight}. Stateless.
 */
public final class AdapterFiles {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CONFIG = "adapter_config.json";
  private static final String WEIGHTS = "adapter_model.safetensors";
  private static final String PREFIX = "base_model.model.";

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
        folder.resolve(CONFIG), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(config));
    List<TensorData> tensors = new ArrayList<>();
    for (Parameter parameter : network.parameters()) {
      if (NetworkFiles.isAdapter(parameter)) {
        tensors.add(NetworkFiles.values(network, PREFIX + parameter.name(), parameter));
      }
    }
    SafetensorsWriter.write(folder.resolve(WEIGHTS), tensors);
  }

  /** Says whether layers of the vision tower have adapters: the file's names tell. */
  private static boolean hasVision(Path folder) {
    try (SafetensorsFile saved = SafetensorsFile.open(folder.resolve(WEIGHTS))) {
      return saved.tensors().keySet().stream()
          .anyMatch(name -> name.startsWith(PREFIX + "visual."));
    }
  }

  /**
   * Reads the settings of saved adapters.
   *
   * @throws CheckpointException if the file is missing, malformed or asks for what is not supported
   */
  public static Lora settings(Path folder) {
    Path file = folder.resolve(CONFIG);
    try {
      JsonNode config = JSON.readTree(Files.readAllBytes(file));
      for (String unsupported : List.of("use_rslora", "use_dora")) {
        if (config.path(unsupported).asBoolean()) {
          throw new CheckpointException(file + ": " + unsupported + " is not supported");
        }
      }
      ImmutableList.Builder<String> targets = ImmutableList.builder();
      config.path("target_modules").forEach(target -> targets.add(target.asText()));
      return new Lora(
          config.path("r").asInt(),
          config.path("lora_alpha").asDouble(),
          config.path("lora_dropout").asDouble(),
          targets.build(),
          hasVision(folder));
    } catch (IOException e) {
      throw new CheckpointException("cannot read " + file + ": " + e, e);
    }
  }

  /** Reads saved adapters into a network that was loaded with the same {@link #settings}. */
  public static void restore(PolicyNetwork network, Path folder) {
    try (SafetensorsFile saved = SafetensorsFile.open(folder.resolve(WEIGHTS))) {
      for (Parameter parameter : network.parameters()) {
        if (NetworkFiles.isAdapter(parameter)) {
          network.set(parameter, saved.require(PREFIX + parameter.name(), parameter.shape()));
        }
      }
    }
  }
}
