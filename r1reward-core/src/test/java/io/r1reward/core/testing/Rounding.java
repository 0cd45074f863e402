package io.r1reward.core.testing;

import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.TextConfig;
import io.r1reward.core.model.VisionConfig;
import io.r1reward.core.model.qwen2_5_vl.Qwen25VisionConfig;

/**
 * How far two computations of the same numbers may be apart by rounding alone.
 *
 * <p>A value behind {@code n} additions has taken part in {@code n} roundings, each of relative
 * size {@code u = 2^-24} in float32. They add up like a random walk (Higham and Mary, "A New
 * Approach to Probabilistic Rounding Error Analysis", doi 10.1137/18M1226312): a standard deviation
 * of {@code sqrt(n) u / sqrt(3)} of the value's size; between two computations that round in other
 * places, {@code sqrt(2)} times that. The size used is the largest in the tensor, some four times
 * the standard deviation of its values, so that {@code sqrt(2 n) u max|x|} is seven such standard
 * deviations of a typical value, or what layers that enlarge an error leave of them.
 */
public final class Rounding {
  /** Unit roundoff of float32. */
  private static final double U = 0x1p-24;

  /** What was asked for when the reference was made, whatever the derivation says. */
  private static final double AT_MOST = 2e-4;

  private Rounding() {}

  /** Returns the bound for values of up to {@code magnitude} behind so many additions. */
  public static double bound(long additions, double magnitude) {
    return Math.min(AT_MOST, Math.sqrt(2.0 * additions) * U * magnitude);
  }

  /** Additions on the way to an embedding of a picture: patches, blocks up to one, merger. */
  public static long vision(VisionConfig config, int patches, int blocks, boolean merged) {
    int width = config.hiddenSize();
    long sum = config.patchValues();
    for (int block = 0; block < blocks; block++) {
      int seen = patches;
      if (!config.attendsWholeFrame(block) && config instanceof Qwen25VisionConfig windows) {
        seen = Math.min(patches, square(windows.windowSize() / windows.patchSize()));
      }
      // norm, q k v, scores, softmax, values, projection, norm, gate, down
      sum += 5L * width + config.headDim() + 2L * seen + config.intermediateSize();
    }
    return merged ? sum + width + 2L * square(config.spatialMergeSize()) * width : sum;
  }

  /**
   * Additions on the way to a hidden state behind so many layers, over a prompt with its media, and
   * on to the logits where {@code logits}.
   */
  public static long decoder(ModelConfig config, Prompt prompt, int layers, boolean logits) {
    TextConfig text = config.text();
    long media =
        prompt.vision().stream()
            .mapToLong(
                input -> vision(config.vision(), patches(input), config.vision().depth(), true))
            .max()
            .orElse(0);
    // norm, q k v, scores, softmax, values, projection, norm, gate, down
    long layer =
        4L * text.hiddenSize()
            + text.headDim()
            + 2L * prompt.length()
            + (long) text.heads() * text.headDim()
            + text.intermediateSize();
    return media + layers * layer + (logits ? 2L * text.hiddenSize() : 0);
  }

  /** Patches of one frame. */
  public static int patches(VisionInput input) {
    return input.gridH() * input.gridW();
  }

  private static int square(int x) {
    return x * x;
  }
}
