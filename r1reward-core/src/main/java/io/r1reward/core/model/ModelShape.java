package io.r1reward.core.model;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import io.r1reward.InvalidInputException;
import io.r1reward.core.safetensors.DType;

/**
 * Sizes that benchmarks use: those of published models, and smaller ones in their manner.
 * Immutable.
 *
 * @param label name on a command line, such as {@code 7b}
 * @param config in BF16, with the tokens of the published models
 */
public record ModelShape(String label, ModelConfig config) {

  /** A shape in BF16, with the tokens that the published models of all families have. */
  public static ModelShape published(
      ModelFamily family, String label, TextConfig text, VisionConfig vision, boolean tied) {
    return new ModelShape(
        label,
        new ModelConfig(
            family,
            text,
            vision,
            tied,
            DType.BF16,
            151655,
            151656,
            151652,
            151653,
            ImmutableIntArray.of(151645, 151643)));
  }

  /** Returns the shapes of all families, those of a family from small to large. */
  public static ImmutableList<ModelShape> all() {
    return ModelFamilies.modelTypes().stream()
        .flatMap(type -> ModelFamilies.require(type).shapes().stream())
        .collect(ImmutableList.toImmutableList());
  }

  /**
   * Finds a shape by its label.
   *
   * @throws InvalidInputException if there is none, naming those there are
   */
  public static ModelShape of(String label) {
    return all().stream()
        .filter(shape -> shape.label.equals(Ascii.toLowerCase(label)))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "there is no shape '"
                        + label
                        + "', only "
                        + all().stream().map(ModelShape::label).toList()));
  }
}
