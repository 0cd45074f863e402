package io.r1reward.examples.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.r1reward.core.torch.jni.Torch;

/** How fast a GPU reads its memory: a sum over an array that no cache holds. */
final class DeviceBandwidth {
  private static final long ELEMENTS = 1L << 29;
  private static final int PASSES = 12;

  private DeviceBandwidth() {}

  /**
   * Returns the best of several passes.
   *
   * @param device {@code cuda:N}
   * @return bytes a second
   */
  static double measure(String device) {
    double best = 0;
    try (NDManager manager = Torch.newManager(device)) {
      NDArray array = manager.ones(new Shape(ELEMENTS), DataType.FLOAT32);
      for (int pass = 0; pass < PASSES; pass++) {
        long start = System.nanoTime();
        try (NDArray sum = array.sum()) {
          sum.toFloatArray(); // waits for the device
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        best = Math.max(best, (double) Float.BYTES * ELEMENTS / seconds);
      }
    }
    return best;
  }
}
