package io.r1reward.onnx.runtime;

import io.r1reward.core.generate.VisionInput;

/** Turns pictures and videos into embeddings. Not thread-safe. */
interface VisionTower extends AutoCloseable {

  /**
   * Computes the features of a picture or video.
   *
   * @return for each merged unit, in the order of the prompt's placeholders, its embedding and
   *     behind it what is to be added behind the first k decoder layers, {@code [units, (1 + k)
   *     hidden]}
   */
  float[] embed(VisionInput input);

  @Override
  void close();
}
