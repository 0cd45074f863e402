package io.r1reward.examples.bench;

import com.google.common.primitives.Ints;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.VisionConfig;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Prompts that mean nothing: random tokens that are no control tokens, and random pictures. */
final class Prompts {
  private static final long SEED = 1;

  private Prompts() {}

  /** Makes a prompt of text alone, always the same. */
  static Prompt text(ModelConfig config, int tokens) {
    return text(config, tokens, SEED);
  }

  /** Makes a prompt of text alone, another one for each seed. */
  static Prompt text(ModelConfig config, int tokens, long seed) {
    int ordinary =
        Ints.min(
            config.imageTokenId(),
            config.videoTokenId(),
            config.visionStartTokenId(),
            config.visionEndTokenId(),
            config.text().vocabularySize());
    return Prompt.ofTokens(new SplittableRandom(seed).ints(tokens, 0, ordinary).toArray());
  }

  /**
   * Makes a prompt of one picture between its two marks, with about so many pixels; another picture
   * for each seed.
   */
  static Prompt picture(ModelConfig config, long pixels, long seed) {
    VisionConfig vision = config.vision();
    int side = vision.patchSize() * vision.spatialMergeSize();
    Grid grid = Grid.of(pixels, side);
    int height = grid.rows * vision.spatialMergeSize();
    int width = grid.columns * vision.spatialMergeSize();
    float[] patches = new float[height * width * vision.patchValues()];
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < patches.length; i++) {
      patches[i] = (float) random.nextDouble(-1.8, 2.2); // about what normalised pixels are
    }
    int[] tokens = new int[grid.rows * grid.columns + 2];
    Arrays.fill(tokens, config.imageTokenId());
    tokens[0] = config.visionStartTokenId();
    tokens[tokens.length - 1] = config.visionEndTokenId();
    return Prompt.of(
        tokens, List.of(new VisionInput(VisionInput.Kind.IMAGE, patches, 1, height, width, 0)));
  }

  /** Tokens of a picture, row by row: as near to a square as the number of tokens divides. */
  record Grid(int rows, int columns) {

    /**
     * Returns the grid of a picture.
     *
     * @param pixels of the picture
     * @param side of a token's square, in pixels
     */
    static Grid of(long pixels, int side) {
      int tokens = Math.max(1, Ints.saturatedCast(pixels / ((long) side * side)));
      int rows = (int) Math.sqrt(tokens);
      while (tokens % rows != 0) {
        rows--;
      }
      return new Grid(rows, tokens / rows);
    }
  }
}
