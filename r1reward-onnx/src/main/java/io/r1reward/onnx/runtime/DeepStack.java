package io.r1reward.onnx.runtime;

/**
 * What the vision tower has for the first k decoder layers beside embeddings (DeepStack), for M of
 * the new tokens.
 *
 * @param values {@code [k, M, hidden]}
 * @param rows new tokens of all rows to which they are added, each once, {@code [M]}
 */
@SuppressWarnings("ArrayRecordComponent") // handed to the graph at once
record DeepStack(float[] values, long[] rows) {
  /** Nothing, to no token. */
  static final DeepStack NONE = new DeepStack(new float[0], new long[0]);
}
