package io.r1reward.onnx.quantise;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Rounds a matrix so that its products with typical inputs change least: the error of each rounded
 * weight is made up for by the weights of its row that are not rounded yet, as far as the inputs of
 * both go together.
 *
 * <p>Frantar et al., GPTQ: Accurate Post-Training Quantization for Generative Pre-trained
 * Transformers, arXiv 2210.17323, within windows of neighbouring columns: with H the mean products
 * of a window's inputs and U the upper Cholesky factor of {@code H^-1}, rounding weight i with an
 * error of e changes every later weight j of the window by {@code -e U_ij / U_ii}. Thread-safe.
 */
public final class ErrorFeedback {
  /** Share of the mean square that is added to the diagonal of H, as in the paper. */
  private static final double DAMPING = 0.01;

  private final InputMoments moments;
  private final float[][] ratios;

  /** Works the factors out, for the matrices that share these inputs. */
  public ErrorFeedback(InputMoments moments) {
    this.moments = moments;
    this.ratios = new float[(moments.columns() + moments.window() - 1) / moments.window()][];
    IntStream.range(0, ratios.length)
        .parallel()
        .forEach(i -> ratios[i] = ratios(moments.damped(i, DAMPING), moments.width(i)));
  }

  /** Rounds one row of {@code values}, {@code [rows, columns]}, and changes it. */
  void quantiseRow(Quantiser quantiser, float[] values, int row, byte[] codes, float[] scales) {
    for (int index = 0; index < ratios.length; index++) {
      window(quantiser, values, row, index, codes, scales);
    }
  }

  private void window(
      Quantiser quantiser, float[] values, int row, int index, byte[] codes, float[] scales) {
    int blockSize = quantiser.blockSize();
    int middle = QuantisedRows.middle(quantiser.bits());
    int blocks = QuantisedRows.blocks(moments.columns(), blockSize);
    int begin = index * moments.window();
    int width = moments.width(index);
    int from = row * moments.columns() + begin; // of the window's first value
    int[] block = new int[blockSize];
    for (int at = 0; at < width; at += blockSize) {
      int length = Math.min(blockSize, width - at);
      float scale = quantiser.rounding().scale(values, from + at, length, quantiser.bits());
      float inverse = BlockRounding.inverse(scale);
      Arrays.fill(block, middle);
      for (int i = at; i < at + length; i++) {
        int code = BlockRounding.code(values[from + i], inverse, middle);
        block[i - at] = code;
        float error = values[from + i] - (code - middle) * scale;
        float[] ratio = ratios[index];
        for (int j = i + 1; j < width; j++) {
          values[from + j] -= error * ratio[i * width + j];
        }
      }
      int number = row * blocks + (begin + at) / blockSize;
      scales[number] = scale;
      quantiser.pack(block, codes, number * blockSize * quantiser.bits() / 8);
    }
  }

  /** Returns {@code U_ij / U_ii} of the upper Cholesky factor U of a matrix's inverse. */
  static float[] ratios(double[] matrix, int n) {
    double[] upper = transposed(factor(inverse(matrix, n), n), n);
    float[] ratios = new float[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = i; j < n; j++) {
        ratios[i * n + j] = (float) (upper[i * n + j] / upper[i * n + i]);
      }
    }
    return ratios;
  }

  /** Returns the lower Cholesky factor L of {@code A = L L^T}. */
  private static double[] factor(double[] a, int n) {
    double[] lower = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = a[i * n + j];
        for (int k = 0; k < j; k++) {
          sum -= lower[i * n + k] * lower[j * n + k];
        }
        lower[i * n + j] = i == j ? Math.sqrt(sum) : sum / lower[j * n + j];
      }
    }
    return lower;
  }

  /** Returns the inverse of a symmetric positive definite matrix. */
  private static double[] inverse(double[] matrix, int n) {
    double[] lower = factor(matrix, n);
    double[] columns = new double[n * n]; // of L^-1, each in a row
    for (int column = 0; column < n; column++) {
      int line = column * n;
      columns[line + column] = 1 / lower[column * n + column];
      for (int i = column + 1; i < n; i++) {
        double sum = 0;
        for (int k = column; k < i; k++) {
          sum -= lower[i * n + k] * columns[line + k];
        }
        columns[line + i] = sum / lower[i * n + i];
      }
    }
    double[] inverse = new double[n * n]; // L^-T L^-1
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int k = i; k < n; k++) {
          sum += columns[i * n + k] * columns[j * n + k];
        }
        inverse[i * n + j] = sum;
        inverse[j * n + i] = sum;
      }
    }
    return inverse;
  }

  private static double[] transposed(double[] matrix, int n) {
    double[] transposed = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        transposed[j * n + i] = matrix[i * n + j];
      }
    }
    return transposed;
  }
}
