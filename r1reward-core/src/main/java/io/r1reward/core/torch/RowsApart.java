package io.r1reward.core.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.r1reward.core.model.TextConfig;
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
  private static final int[] TRIED = {2, 3, 4, 5, 8, 13, 16, MOST_ROWS};
  private static final int[] COMPARED = {0, 1, 4, MOST_ROWS - 1};
  private static final long SEED = 7;

  private RowsApart() {}

  /** Tries 2 to 32 rows on the first layer and the head. */
  static boolean hold(TorchModel model) {
    int width = model.config().text().hiddenSize();
    Random random = new Random(SEED);
    float[] values = new float[MOST_ROWS * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    try (NDManager scope = model.manager().newSubManager()) {
      NDArray all =
          model
              .script()
              .one(
                  scope,
                  "convert",
                  scope.create(FloatBuffer.wrap(values), new Shape(MOST_ROWS, width)),
                  WeightLoader.name(model.device()),
                  model.scalarType()); // [32, C]
      float[][] alone = new float[MOST_ROWS][];
      for (int row : COMPARED) {
        alone[row] = computed(model, all, row, 1, scope);
      }
      for (int rows : TRIED) {
        float[] together = computed(model, all, 0, rows, scope);
        int n = together.length / rows;
        for (int row : COMPARED) {
          if (row < rows && !Arrays.equals(together, row * n, (row + 1) * n, alone[row], 0, n)) {
            return false;
          }
        }
      }
      return true;
    }
  }

  /** A layer's products and the head's over some rows, {@code [rows, V]}. */
  private static float[] computed(
      TorchModel model, NDArray all, int first, int rows, NDManager scope) {
    TextConfig config = model.config().text();
    TorchScript script = model.script();
    try (NDManager local = scope.newSubManager()) {
      NDArray x = script.one(local, "part", all, first, rows); // [rows, C]
      NDArray y =
          script.one(
              local,
              "row_wise",
              model.layers(),
              0,
              x,
              config.heads(),
              config.keyValueHeads(),
              config.headDim(),
              config.rmsNormEps()); // [rows, C]
      NDArray logits =
          script.one(
              local,
              "head",
              y,
              model.finalNorm(),
              model.head(),
              config.rmsNormEps(),
              config.vocabularySize()); // [rows, V]
      return script.one(local, "as_float", logits).toFloatArray();
    }
  }
}
