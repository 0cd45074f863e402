package io.r1reward.onnx.runtime;

import io.r1reward.core.generate.VisionInput;

/** Turns pictures and videos into embeddings. Not thread-safe. */
interface VisionTower extends AutoCloseable {

  /**
   * Computes the embeddings of a picture or video.
   *
   * @return one embedding per merged unit, in the order of the prompt's placeholders, {@code
   *     [units, hidden]}
   */
  float[] embed(VisionInput input);

  @Override
  void close();
}
