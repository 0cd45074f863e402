package io.r1reward.train.model;

import com.google.common.primitives.ImmutableLongArray;
import com.google.common.primitives.Longs;
import io.r1reward.core.checkpoint.CheckpointWriter;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.safetensors.SafetensorsFile;
import io.r1reward.core.safetensors.SafetensorsWriter;
import io.r1reward.core.safetensors.TensorData;
import io.r1reward.core.safetensors.TensorInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes networks to disk: as a Hugging Face checkpoint folder that any runtime of the model loads,
 * and what is trained alone, in float32, to go on from. Stateless.
 */
public final class NetworkFiles {

  private NetworkFiles() {}

  /**
   * Writes a checkpoint folder, adapters merged into the weights.
   *
   * @param base checkpoint whose configuration, tokenizer and template files are copied; the
   *     configuration then names {@code dtype}
   * @param folder must not exist, or be empty
   * @param dtype format of the weights
   * @param maxPixels of a picture in training, which the folder's settings then name
   */
  public static void export(
      PolicyNetwork network, Path base, Path folder, DType dtype, long maxPixels) {
    MergedWeights merged = new MergedWeights(network);
    List<TensorData> tensors = new ArrayList<>();
    for (Parameter parameter : network.parameters()) {
      if (!isAdapter(parameter)) {
        tensors.add(
            new NativeTensor(
                new TensorInfo(
                    parameter.name(), dtype, ImmutableLongArray.copyOf(parameter.shape())),
                network,
                scope -> merged.exact(parameter, scope)));
      }
    }
    CheckpointWriter.to(folder)
        .companionsOf(base)
        .weightsIn(dtype)
        .maxPixels(maxPixels)
        .durable(false)
        .write(tensors);
  }

  /** Writes what is trained, in float32. */
  public static void saveTrained(PolicyNetwork network, Path file) {
    List<TensorData> tensors = new ArrayList<>();
    network
        .trainable()
        .forEach(parameter -> tensors.add(values(network, parameter.name(), parameter)));
    SafetensorsWriter.write(file, tensors);
  }

  /** The values of a parameter in float32. */
  static TensorData values(PolicyNetwork network, String name, Parameter parameter) {
    return new NativeTensor(
        new TensorInfo(name, DType.F32, ImmutableLongArray.copyOf(parameter.shape())),
        network,
        scope -> MergedWeights.shared(parameter.master(), scope));
  }

  /** Reads what {@link #saveTrained} wrote into a network of the same settings. */
  public static void restoreTrained(PolicyNetwork network, Path file) {
    try (SafetensorsFile saved = SafetensorsFile.open(file)) {
      for (Parameter parameter : network.trainable()) {
        network.set(parameter, saved.require(parameter.name(), Longs.toArray(parameter.shape())));
      }
    }
  }

  static boolean isAdapter(Parameter parameter) {
    return parameter.name().endsWith(Parameters.LORA_A)
        || parameter.name().endsWith(Parameters.LORA_B);
  }
}
