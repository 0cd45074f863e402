package io.r1reward.core.model.qwen3_vl;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import io.r1reward.core.model.ModelFamily;
import io.r1reward.core.model.ModelShape;
import io.r1reward.core.model.TextConfig;

/** The sizes of the published dense models. Stateless. */
final class Qwen3Shapes {
  private Qwen3Shapes() {}

  static ImmutableList<ModelShape> of(ModelFamily family) {
    return ImmutableList.of(
        // Qwen3-VL-2B: 28 layers of 2048, a tied head
        ModelShape.published(family, "qwen3vl-2b", text(2048, 6144, 28, 16), small(2048), true),
        // Qwen3-VL-4B: 36 layers of 2560, heads of more than the hidden size, a tied head
        ModelShape.published(family, "qwen3vl-4b", text(2560, 9728, 36, 32), small(2560), true),
        // Qwen3-VL-8B: 36 layers of 4096, a head of its own
        ModelShape.published(
            family,
            "qwen3vl-8b",
            text(4096, 12288, 36, 32),
            vision(27, 1152, 4304, ImmutableIntArray.of(8, 16, 24), 4096),
            false));
  }

  private static TextConfig text(int hidden, int intermediate, int layers, int heads) {
    return new TextConfig(
        151936,
        hidden,
        intermediate,
        layers,
        heads,
        8,
        262144,
        1e-6,
        5e6,
        ImmutableIntArray.of(24, 20, 20),
        128,
        true,
        false,
        true);
  }

  private static Qwen3VisionConfig small(int out) {
    return vision(24, 1024, 4096, ImmutableIntArray.of(5, 11, 17), out);
  }

  private static Qwen3VisionConfig vision(
      int depth, int hidden, int intermediate, ImmutableIntArray deepStack, int out) {
    return new Qwen3VisionConfig(
        depth, hidden, intermediate, 16, 3, 16, 2, 2, 48 * 48, deepStack, out);
  }
}
