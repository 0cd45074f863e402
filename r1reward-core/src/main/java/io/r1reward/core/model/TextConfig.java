package io.r1reward.core.model;

import com.google.common.primitives.ImmutableIntArray;
import com.google.errorprone.annotations.Immutable;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.Checks;

/**
 * Sizes of a decoder: layers of grouped-query attention with rotary positions of three axes
 * (M-RoPE) and of gated MLPs (SiLU), RMS norms before both. Families differ in the last four
 * components.
 *
 * @param vocabularySize rows of the embedding and of the head
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the gated MLP
 * @param layers decoder layers
 * @param heads query heads
 * @param keyValueHeads key/value heads, each shared by {@code heads / keyValueHeads} query heads
 * @param maxPositions most positions of a sequence
 * @param rmsNormEps added to the mean square in RMS norm
 * @param ropeTheta base of the rotary frequencies
 * @param mropeSection how many of the {@code headDim / 2} rotary frequencies turn with the time,
 *     height and width position
 * @param headDim width of one head
 * @param interleaved whether frequencies take turns by axis (THWTHW…TT) in place of standing
 *     together (TT…HH…WW…)
 * @param qkvBias whether the projections to queries, keys and values have biases
 * @param qkNorm whether queries and keys go through an RMS norm head by head before they turn
 */
@Immutable
public record TextConfig(
    int vocabularySize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int keyValueHeads,
    int maxPositions,
    double rmsNormEps,
    double ropeTheta,
    ImmutableIntArray mropeSection,
    int headDim,
    boolean interleaved,
    boolean qkvBias,
    boolean qkNorm) {

  /** Checks the sizes against each other. */
  public TextConfig {
    Checks.positive("vocab_size", vocabularySize);
    Checks.positive("hidden_size", hiddenSize);
    Checks.positive("intermediate_size", intermediateSize);
    Checks.count("num_hidden_layers", layers);
    Checks.positive("num_attention_heads", heads);
    Checks.positive("num_key_value_heads", keyValueHeads);
    Checks.positive("max_position_embeddings", maxPositions);
    Checks.positive("rms_norm_eps", rmsNormEps);
    Checks.positive("rope_theta", ropeTheta);
    Checks.positive("head_dim", headDim);
    Checks.divides("num_key_value_heads", keyValueHeads, "num_attention_heads", heads);
    if (mropeSection.length() != 3 || mropeSection.stream().anyMatch(n -> n < 0)) {
      throw new CheckpointException(
          "rope_scaling.mrope_section is " + mropeSection + ", expected three counts");
    }
    long sum = mropeSection.stream().asLongStream().sum();
    if (2 * sum != headDim) {
      throw new CheckpointException(
          String.format(
              "rope_scaling.mrope_section %s adds up to %d, expected half of the head size of %d",
              mropeSection, sum, headDim));
    }
  }

  /**
   * The decoder of Qwen2 models: heads share the hidden size, projections have biases, and
   * frequencies of an axis stand together.
   */
  public TextConfig(
      int vocabularySize,
      int hiddenSize,
      int intermediateSize,
      int layers,
      int heads,
      int keyValueHeads,
      int maxPositions,
      double rmsNormEps,
      double ropeTheta,
      ImmutableIntArray mropeSection) {
    this(
        vocabularySize,
        hiddenSize,
        intermediateSize,
        layers,
        heads,
        keyValueHeads,
        maxPositions,
        rmsNormEps,
        ropeTheta,
        mropeSection,
        share(hiddenSize, heads),
        false,
        true,
        false);
  }

  private static int share(int hiddenSize, int heads) {
    Checks.positive("hidden_size", hiddenSize);
    Checks.positive("num_attention_heads", heads);
    Checks.divides("num_attention_heads", heads, "hidden_size", hiddenSize);
    return hiddenSize / heads;
  }

  /**
   * Returns the axis whose position turns each rotary frequency: 0 time, 1 height, 2 width, {@code
   * [headDim / 2]}.
   */
  public int[] rotaryAxes() {
    int[] axes = new int[headDim / 2];
    int at = mropeSection.get(0);
    for (int axis = 1; axis < 3; axis++) {
      for (int i = 0; i < mropeSection.get(axis); i++) {
        axes[interleaved ? 3 * i + axis : at++] = axis;
      }
    }
    return axes;
  }
}
