package io.r1reward.core.model;

import com.google.common.primitives.ImmutableIntArray;
import com.google.errorprone.annotations.Immutable;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.Checks;

/**
 * Sizes of the Qwen2.5-VL decoder.
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
    ImmutableIntArray mropeSection) {

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
    Checks.divides("num_attention_heads", heads, "hidden_size", hiddenSize);
    Checks.divides("num_key_value_heads", keyValueHeads, "num_attention_heads", heads);
    if (mropeSection.length() != 3 || mropeSection.stream().anyMatch(n -> n < 0)) {
      throw new CheckpointException(
          "rope_scaling.mrope_section is " + mropeSection + ", expected three counts");
    }
    long sum = mropeSection.stream().asLongStream().sum();
    if (2 * sum != hiddenSize / heads) {
      throw new CheckpointException(
          String.format(
              "rope_scaling.mrope_section %s adds up to %d, expected half of the head size of %d",
              mropeSection, sum, hiddenSize / heads));
    }
  }

  /** Returns the width of one head. */
  public int headDim() {
    return hiddenSize / heads;
  }
}
