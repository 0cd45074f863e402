package io.r1reward.core.model.qwen2_5_vl;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import io.r1reward.core.model.ModelFamily;
import io.r1reward.core.model.ModelShape;
import io.r1reward.core.model.TextConfig;

/** The sizes of the published models, and of a smaller one in their manner. Stateless. */
final class Qwen25Shapes {
  private Qwen25Shapes() {}

  static ImmutableList<ModelShape> of(ModelFamily family) {
    return ImmutableList.of(
        // 24 layers of 896, a tied head, and half a vision tower
        ModelShape.published(
            family,
            "0.5b",
            new TextConfig(
                151936, 896, 4864, 24, 14, 2, 128000, 1e-6, 1e6, ImmutableIntArray.of(8, 12, 12)),
            vision(16, 640, 1728, 10, ImmutableIntArray.of(3, 7, 11, 15), 896),
            true),
        // Qwen2.5-VL-3B: 36 layers of 2048, a tied head
        ModelShape.published(
            family,
            "3b",
            new TextConfig(
                151936,
                2048,
                11008,
                36,
                16,
                2,
                128000,
                1e-6,
                1e6,
                ImmutableIntArray.of(16, 24, 24)),
            vision(32, 1280, 3420, 16, ImmutableIntArray.of(7, 15, 23, 31), 2048),
            true),
        // Qwen2.5-VL-7B: 28 layers of 3584, a head of its own
        ModelShape.published(
            family,
            "7b",
            new TextConfig(
                152064,
                3584,
                18944,
                28,
                28,
                4,
                128000,
                1e-6,
                1e6,
                ImmutableIntArray.of(16, 24, 24)),
            vision(32, 1280, 3420, 16, ImmutableIntArray.of(7, 15, 23, 31), 3584),
            false));
  }

  private static Qwen25VisionConfig vision(
      int depth,
      int hidden,
      int intermediate,
      int heads,
      ImmutableIntArray fullAttentionBlocks,
      int out) {
    return new Qwen25VisionConfig(
        depth, hidden, intermediate, heads, 3, 14, 2, 2, 112, fullAttentionBlocks, 2, out);
  }
}
