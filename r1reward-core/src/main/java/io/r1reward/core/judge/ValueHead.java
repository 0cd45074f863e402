package io.r1reward.core.judge;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.r1reward.CheckpointException;
import io.r1reward.core.safetensors.MappedTensor;
import io.r1reward.core.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What makes a number of a hidden state: a linear layer, as in Skywork-VL-Reward, or two with SiLU
 * between them. Computes in float64. Immutable and thread-safe.
 */
final class ValueHead {
  private static final String WEIGHT = ".weight";

  private final ImmutableList<Layer> layers;

  private ValueHead(ImmutableList<Layer> layers) {
    this.layers = layers;
  }

  /**
   * A linear layer.
   *
   * @param weight {@code [out, in]}
   * @param bias {@code [out]}
   */
  @SuppressWarnings("ArrayRecordComponent") // never handed out
  private record Layer(float[] weight, float[] bias, int in) {

    double[] apply(double[] x) {
      double[] y = new double[bias.length];
      for (int row = 0; row < y.length; row++) {
        double sum = bias[row];
        for (int i = 0; i < in; i++) {
          sum += weight[row * in + i] * x[i];
        }
        y[row] = sum;
      }
      return y;
    }
  }

  /**
   * Reads a head.
   *
   * @param file such as {@code value_head.safetensors}
   * @param names of its layers, separated by commas, such as {@code v_head.0,v_head.2}; null where
   *     the file has no others
   * @param hidden size of a hidden state
   * @throws CheckpointException if the file cannot be read, or its layers make no number of a
   *     hidden state
   */
  static ValueHead read(Path file, @Nullable String names, int hidden) {
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      List<String> found = names == null ? layers(tensors) : Splitter.on(',').splitToList(names);
      if (found.isEmpty() || found.size() > 2) {
        throw new CheckpointException(
            file
                + ": has the layers "
                + found
                + ", a value head has one or two; name them (option "
                + ScalarRewardModel.LAYERS
                + ")");
      }
      ImmutableList.Builder<Layer> layers = ImmutableList.builder();
      int in = hidden;
      for (int i = 0; i < found.size(); i++) {
        boolean last = i + 1 == found.size();
        MappedTensor weight = tensors.require(found.get(i).strip() + WEIGHT);
        int out = last ? 1 : Math.toIntExact(weight.shape().isEmpty() ? 1 : weight.shape().get(0));
        layers.add(layer(tensors, found.get(i).strip(), out, in));
        in = out;
      }
      return new ValueHead(layers.build());
    }
  }

  private static List<String> layers(SafetensorsFile tensors) {
    List<String> layers = new ArrayList<>();
    for (String name : new TreeSet<>(tensors.tensors().keySet())) {
      if (name.endsWith(WEIGHT)) {
        layers.add(name.substring(0, name.length() - WEIGHT.length()));
      }
    }
    return layers;
  }

  private static Layer layer(SafetensorsFile tensors, String name, int out, int in) {
    float[] weight = tensors.require(name + WEIGHT, out, in).toFloats(); // [out, in]
    boolean biased = tensors.tensors().containsKey(name + ".bias");
    float[] bias =
        biased ? tensors.require(name + ".bias", out).toFloats() : new float[out]; // [out]
    return new Layer(weight, bias, in);
  }

  /** Returns the number of a hidden state, {@code [hidden]}. */
  double value(float[] hidden) {
    double[] x = new double[hidden.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = hidden[i];
    }
    for (int i = 0; i < layers.size(); i++) {
      if (i > 0) {
        for (int k = 0; k < x.length; k++) {
          x[k] = x[k] / (1 + Math.exp(-x[k])); // SiLU
        }
      }
      x = layers.get(i).apply(x);
    }
    return x[0];
  }
}
