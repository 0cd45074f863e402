package io.r1reward.train.scalar;

import com.google.common.collect.ImmutableList;
import io.r1reward.InvalidInputException;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.safetensors.SafetensorsFile;
import io.r1reward.core.safetensors.SafetensorsWriter;
import io.r1reward.core.safetensors.TensorData;
import io.r1reward.core.safetensors.TensorInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The head of a scalar judge while it is trained: one linear layer, or two with SiLU between them,
 * that make a number of a hidden state. Weights are float32, arithmetic is float64. Not thread-safe
 * while its weights change; any number of threads may ask for scores and gradients in between.
 */
public final class ValueHeadNetwork {
  private static final ImmutableList<String> LINEAR = ImmutableList.of("v_head.summary");
  private static final ImmutableList<String> TWO = ImmutableList.of("v_head.0", "v_head.2");

  private final int hidden;
  private final int units;

  /** Weight {@code [out, in]} and bias {@code [out]} of one layer after the other. */
  private final ImmutableList<float[]> values;

  private ValueHeadNetwork(int hidden, int units) {
    this.hidden = hidden;
    this.units = units;
    this.values =
        shapes().stream()
            .map(shape -> new float[(int) (shape.length == 1 ? shape[0] : shape[0] * shape[1])])
            .collect(ImmutableList.toImmutableList());
  }

  /**
   * Makes a head whose weights are drawn from a normal distribution of deviation {@code 1 /
   * √(inputs + 1)} (Stiennon et al., arXiv 2009.01325, appendix B.1), with biases of 0.
   *
   * @param hidden size of a hidden state
   * @param units outputs of the first of two layers; 0 for one layer
   */
  public static ValueHeadNetwork create(int hidden, int units, long seed) {
    if (hidden < 1) {
      throw new InvalidInputException("hidden size must be at least 1, got " + hidden);
    }
    if (units < 0) {
      throw new InvalidInputException("units must be at least 0, got " + units);
    }
    ValueHeadNetwork head = new ValueHeadNetwork(hidden, units);
    Random random = new Random(seed);
    for (int i = 0; i < head.values.size(); i += 2) {
      float[] weight = head.values.get(i);
      double deviation = 1 / Math.sqrt((double) (head.shapes().get(i)[1] + 1));
      for (int k = 0; k < weight.length; k++) {
        weight[k] = (float) (random.nextGaussian() * deviation);
      }
    }
    return head;
  }

  /** Shapes in the order of {@link #values}. */
  ImmutableList<long[]> shapes() {
    return units == 0
        ? ImmutableList.of(new long[] {1, hidden}, new long[] {1})
        : ImmutableList.of(
            new long[] {units, hidden}, new long[] {units}, new long[] {1, units}, new long[] {1});
  }

  /** The weights themselves, row-major: weight and bias of one layer after the other. */
  ImmutableList<float[]> values() {
    return values;
  }

  /** Names of {@link #values} in files. */
  ImmutableList<String> names() {
    return (units == 0 ? LINEAR : TWO)
        .stream()
            .flatMap(layer -> List.of(layer + ".weight", layer + ".bias").stream())
            .collect(ImmutableList.toImmutableList());
  }

  /** Returns zeros in the shapes of the weights, for {@link #backward} to add to. */
  public List<double[]> zeros() {
    return values.stream().map(array -> new double[array.length]).toList();
  }

  /** Returns the number of a hidden state, {@code [hidden]}. */
  public double score(float[] state) {
    double[] x = new double[hidden];
    for (int i = 0; i < hidden; i++) {
      x[i] = state[i];
    }
    return apply(units == 0 ? 0 : 2, units == 0 ? x : activated(apply(0, x)))[0];
  }

  /**
   * Adds the gradient of a loss to sums, and returns that of the hidden state, {@code [hidden]}.
   *
   * @param state {@code [hidden]}
   * @param upstream derivative of the loss by the state's number
   * @param sums as {@link #zeros} makes them
   */
  public float[] backward(float[] state, double upstream, List<double[]> sums) {
    double[] x = new double[hidden];
    for (int i = 0; i < hidden; i++) {
      x[i] = state[i];
    }
    double[] of;
    if (units == 0) {
      of = backward(0, x, new double[] {upstream}, sums);
    } else {
      double[] z = apply(0, x); // [units]
      double[] inner = backward(2, activated(z), new double[] {upstream}, sums); // [units]
      for (int i = 0; i < units; i++) {
        double sigmoid = 1 / (1 + Math.exp(-z[i]));
        inner[i] *= sigmoid * (1 + z[i] * (1 - sigmoid)); // of SiLU
      }
      of = backward(0, x, inner, sums);
    }
    float[] result = new float[hidden];
    for (int i = 0; i < hidden; i++) {
      result[i] = (float) of[i];
    }
    return result;
  }

  private static double[] activated(double[] z) {
    double[] y = new double[z.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = z[i] / (1 + Math.exp(-z[i])); // SiLU
    }
    return y;
  }

  /** Applies the linear layer whose weight is the {@code at}-th array. */
  private double[] apply(int at, double[] x) {
    float[] weight = values.get(at); // [out, in]
    float[] bias = values.get(at + 1); // [out]
    double[] y = new double[bias.length];
    for (int row = 0; row < y.length; row++) {
      double sum = bias[row];
      for (int i = 0; i < x.length; i++) {
        sum += weight[row * x.length + i] * x[i];
      }
      y[row] = sum;
    }
    return y;
  }

  /** Adds to the sums of that layer, and returns the gradient of its input. */
  private double[] backward(int at, double[] x, double[] upstream, List<double[]> sums) {
    float[] weight = values.get(at); // [out, in]
    double[] ofWeight = sums.get(at); // [out, in]
    double[] ofBias = sums.get(at + 1); // [out]
    double[] ofInput = new double[x.length];
    for (int row = 0; row < upstream.length; row++) {
      ofBias[row] += upstream[row];
      for (int i = 0; i < x.length; i++) {
        ofWeight[row * x.length + i] += upstream[row] * x[i];
        ofInput[i] += upstream[row] * weight[row * x.length + i];
      }
    }
    return ofInput;
  }

  /** Writes the head as {@code ScalarRewardModel} reads it, such as value_head.safetensors. */
  public void save(Path file) {
    List<TensorData> tensors = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      tensors.add(
          TensorData.of(TensorInfo.of(names().get(i), DType.F32, shapes().get(i)), values.get(i)));
    }
    SafetensorsWriter.write(file, tensors);
  }

  /**
   * Takes over what {@link #save} wrote of a head of the same sizes.
   *
   * @throws io.r1reward.CheckpointException if the file cannot be read or its sizes are others
   */
  public void restore(Path file) {
    try (SafetensorsFile saved = SafetensorsFile.open(file)) {
      for (int i = 0; i < values.size(); i++) {
        float[] stored = saved.require(names().get(i), shapes().get(i)).toFloats();
        System.arraycopy(stored, 0, values.get(i), 0, stored.length);
      }
    }
  }
}
