package io.r1reward.examples.bench;

import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.ModelTensors;
import io.r1reward.core.model.VisionConfig;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.safetensors.TensorInfo;

/**
 * Floating-point operations of a vision tower over one picture, a multiplication and an addition
 * for each product: linear layers, and attention's two products.
 *
 * @param linear of linear layers and the patch embedding
 * @param attention of scores and weighted sums
 */
record VisionFlops(double linear, double attention) {
  private static final String TOWER = "visual.";

  /**
   * Counts those of a picture.
   *
   * @param height in patches
   * @param width in patches
   */
  static VisionFlops of(ModelConfig config, int height, int width) {
    VisionConfig vision = config.vision();
    int patches = height * width;
    int merged = vision.spatialMergeSize() * vision.spatialMergeSize();
    double linear =
        ModelTensors.shapes(config).entrySet().stream()
            .filter(tensor -> tensor.getKey().startsWith(TOWER) && tensor.getValue().length() > 1)
            .filter(tensor -> !tensor.getKey().contains("pos_embed")) // looked up
            .mapToDouble(
                tensor ->
                    2.0
                        * new TensorInfo(tensor.getKey(), DType.F32, tensor.getValue()).bytes()
                        / DType.F32.bytes()
                        * (tensor.getKey().contains("merger") ? patches / merged : patches))
            .sum();
    double inWindows =
        config.family().layout(vision, height, width).groups().stream()
            .mapToDouble(group -> (double) group.windows() * group.patches() * group.patches())
            .sum();
    double attention = 0;
    for (int block = 0; block < vision.depth(); block++) {
      double scores = vision.attendsWholeFrame(block) ? (double) patches * patches : inWindows;
      attention += 4 * scores * vision.hiddenSize(); // q by k, and the weights by v
    }
    return new VisionFlops(linear, attention);
  }

  double all() {
    return linear + attention;
  }
}
