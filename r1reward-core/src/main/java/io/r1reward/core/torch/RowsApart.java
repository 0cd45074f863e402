package io.r1reward.core.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.r1reward.core.model.TextConfig;
import io.r1reward.core.torch.jni.Torch;
import io.r1reward.core.torch.jni.TorchScript;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;

/**
 * Looks whether the products of a model give a row the same bits whatever rows are beside it, which
 * depends on how weights lie in memory and on the processor: a library may multiply a single row by
 * another kernel than several.
 */
final class RowsApart {
  private static final int MOST_ROWS = 32;
  private static final int[] COMPARED = {0, 1, 4, MOST_ROWS - 1};

  /** With so many rows the head is tried, which may be as large as many layers. */
  private static final int[] WITH_HEAD = {2, 5, 8, 13, MOST_ROWS};

  private static final long SEED = 7;

  private final TorchModel model;
  private final TorchScript script;
  private final TextConfig config;

  private RowsApart(TorchModel model) {
    this.model = model;
    this.script = model.script();
    this.config = model.config().text();
  }

  /** Tries 2 to 32 rows on the first layer, and some of these on the head. */
  static boolean hold(TorchModel model) {
    return new RowsApart(model).hold();
  }

  private boolean hold() {
    try (NDManager scope = model.manager().newSubManager()) {
      NDArray x = input(scope); // [32, C]
      float[][] layer = new float[MOST_ROWS][];
      float[][] logits = new float[MOST_ROWS][];
      for (int row : COMPARED) {
        NDArray alone = script.one(scope, "part", x, row, 1); // [1, C]
        layer[row] = layer(alone, scope);
        logits[row] = logits(alone, scope);
      }
      for (int rows = 2; rows <= MOST_ROWS; rows++) {
        NDArray part = script.one(scope, "part", x, 0, rows); // [rows, C]
        if (!same(layer(part, scope), rows, layer)
            || (Arrays.binarySearch(WITH_HEAD, rows) >= 0
                && !same(logits(part, scope), rows, logits))) {
          return false;
        }
      }
      return true;
    }
  }

  private static boolean same(float[] together, int rows, float[][] alone) {
    int n = together.length / rows;
    return Arrays.stream(COMPARED)
        .filter(row -> row < rows)
        .allMatch(row -> Arrays.equals(together, row * n, (row + 1) * n, alone[row], 0, n));
  }

  private NDArray input(NDManager scope) {
    Random random = new Random(SEED);
    float[] values = new float[MOST_ROWS * config.hiddenSize()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return script.one(
        scope,
        "convert",
        scope.create(FloatBuffer.wrap(values), new Shape(MOST_ROWS, config.hiddenSize())),
        WeightLoader.name(model.device()),
        model.scalarType()); // [32, C]
  }

  /** A layer's products over rows {@code [n, C]}, {@code [n * C]}. */
  private float[] layer(NDArray x, NDManager scope) {
    try (NDArray y =
        script.one(
            scope,
            "row_wise",
            model.layers(),
            0,
            x,
            config.heads(),
            config.keyValueHeads(),
            config.headDim(),
            config.rmsNormEps())) { // [n, C]
      return Torch.floats(script.one(scope, "as_float", y));
    }
  }

  /** The head's over rows {@code [n, C]}, {@code [n * V]}. */
  private float[] logits(NDArray x, NDManager scope) {
    try (NDArray logits =
        script.one(
            scope,
            "head",
            x,
            model.finalNorm(),
            model.head(),
            config.rmsNormEps(),
            config.vocabularySize())) { // [n, V]
      return Torch.floats(logits);
    }
  }
}
