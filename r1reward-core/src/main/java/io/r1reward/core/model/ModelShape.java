package io.r1reward.core.model;

import com.google.common.base.Ascii;
import com.google.common.primitives.ImmutableIntArray;
import io.r1reward.InvalidInputException;
import io.r1reward.core.safetensors.DType;
import java.util.Arrays;

/** Sizes that benchmarks use: those of the published models, and a smaller one in their manner. */
public enum ModelShape {
  /** 24 layers of 896, a tied head, and half a vision tower. */
  SHAPE_0_5B(
      "0.5b",
      new TextConfig(
          151936, 896, 4864, 24, 14, 2, 128000, 1e-6, 1e6, ImmutableIntArray.of(8, 12, 12)),
      vision(16, 640, 1728, 10, ImmutableIntArray.of(3, 7, 11, 15), 896),
      true),
  /** Qwen2.5-VL-3B: 36 layers of 2048, a tied head. */
  SHAPE_3B(
      "3b",
      new TextConfig(
          151936, 2048, 11008, 36, 16, 2, 128000, 1e-6, 1e6, ImmutableIntArray.of(16, 24, 24)),
      vision(32, 1280, 3420, 16, ImmutableIntArray.of(7, 15, 23, 31), 2048),
      true),
  /** Qwen2.5-VL-7B: 28 layers of 3584, a head of its own. */
  SHAPE_7B(
      "7b",
      new TextConfig(
          152064, 3584, 18944, 28, 28, 4, 128000, 1e-6, 1e6, ImmutableIntArray.of(16, 24, 24)),
      vision(32, 1280, 3420, 16, ImmutableIntArray.of(7, 15, 23, 31), 3584),
      false);

  private final String label;
  private final ModelConfig config;

  ModelShape(String label, TextConfig text, VisionConfig vision, boolean tied) {
    this.label = label;
    // the tokens of the published models
    this.config =
        new ModelConfig(
            text,
            vision,
            tied,
            DType.BF16,
            151655,
            151656,
            151652,
            151653,
            ImmutableIntArray.of(151645, 151643));
  }

  /** Returns the name on a command line, such as {@code 7b}. */
  public String label() {
    return label;
  }

  /** Returns the configuration, in BF16. */
  public ModelConfig config() {
    return config;
  }

  /**
   * Finds a shape by its label.
   *
   * @throws InvalidInputException if there is none, naming those there are
   */
  public static ModelShape of(String label) {
    return Arrays.stream(values())
        .filter(shape -> shape.label.equals(Ascii.toLowerCase(label)))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "there is no shape '"
                        + label
                        + "', only "
                        + Arrays.stream(values()).map(ModelShape::label).toList()));
  }

  private static VisionConfig vision(
      int depth,
      int hidden,
      int intermediate,
      int heads,
      ImmutableIntArray fullAttentionBlocks,
      int out) {
    return new VisionConfig(
        depth, hidden, intermediate, heads, 3, 14, 2, 2, 112, fullAttentionBlocks, 2, out);
  }
}
