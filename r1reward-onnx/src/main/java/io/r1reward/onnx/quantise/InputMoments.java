package io.r1reward.onnx.quantise;

import io.r1reward.InvalidInputException;
import java.util.stream.IntStream;

/**
 * What the inputs of a matrix look like: the sums of products of neighbouring channels over
 * calibration tokens, {@code sum(x_i x_j)}, for windows of channels. Collected in one thread, then
 * read by many.
 */
public final class InputMoments {
  private final int columns;
  private final int window;
  private final float[][] products;
  private long tokens;

  /**
   * Moments of nothing yet.
   *
   * @param columns channels
   * @param window channels whose products are kept, at least 1; the last window may be shorter
   */
  public InputMoments(int columns, int window) {
    if (columns < 1 || window < 1) {
      throw new InvalidInputException(
          "columns and window must be at least 1, got " + columns + " and " + window);
    }
    this.columns = columns;
    this.window = window;
    this.products = new float[(columns + window - 1) / window][];
    for (int i = 0; i < products.length; i++) {
      products[i] = new float[width(i) * width(i)];
    }
  }

  /** Returns the number of channels. */
  public int columns() {
    return columns;
  }

  /** Returns the number of tokens seen. */
  public long tokens() {
    return tokens;
  }

  /** Returns the channels of a window, fewer for the last. */
  int width(int index) {
    return Math.min(window, columns - index * window);
  }

  /** Returns the channels of all windows but the last. */
  int window() {
    return window;
  }

  /** Adds the inputs of some tokens, {@code [count, columns]}. */
  public void add(float[] inputs) {
    int count = inputs.length / columns;
    IntStream.range(0, products.length).parallel().forEach(i -> add(inputs, count, i));
    tokens += count;
  }

  /**
   * Returns the mean products of a window, {@code [width, width]}, with a share of the mean square
   * added to the diagonal, so that the matrix can be inverted.
   */
  double[] damped(int index, double share) {
    int width = width(index);
    double[] matrix = new double[width * width];
    double trace = 0;
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = products[index][i] / (double) Math.max(1, tokens);
      trace += i % (width + 1) == 0 ? matrix[i] : 0;
    }
    double damping = trace == 0 ? 1 : share * trace / width;
    for (int i = 0; i < width; i++) {
      matrix[i * width + i] += damping;
    }
    return matrix;
  }

  private void add(float[] inputs, int count, int index) {
    int width = width(index);
    float[] sums = products[index];
    for (int token = 0; token < count; token++) {
      int from = token * columns + index * window;
      for (int i = 0; i < width; i++) {
        float x = inputs[from + i];
        for (int j = 0; j < width; j++) {
          sums[i * width + j] += x * inputs[from + j];
        }
      }
    }
  }
}
