package io.r1reward.onnx.runtime;

/**
 * Tokens that the decoder is to append to the first rows of a cache, the same number to each.
 *
 * @param embeddings {@code [rows, count, hidden]}
 * @param angles {@code [rows * count, headDim / 2]}
 * @param lengths tokens that each row has behind this, {@code [rows]}; each at most the cache's
 *     places
 * @param deep what is added behind the first layers
 * @param wanted rows of {@code rows * count} whose logits are wanted
 * @param cache changed in place
 */
@SuppressWarnings("ArrayRecordComponent") // handed to the graph at once
record NewTokens(
    float[] embeddings,
    DeepStack deep,
    RotaryAngles angles,
    int[] lengths,
    long[] wanted,
    KvCache cache) {

  /** Returns the number of rows. */
  int rows() {
    return lengths.length;
  }

  /** Returns the new tokens of each row. */
  int count() {
    return angles.rows() / lengths.length;
  }
}
