package io.r1reward.core.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.r1reward.core.model.ModelConfig;

/**
 * Weights that are in libtorch already, such as those of a network in training. An engine asks for
 * each once, when it is opened, on the thread that opens it; to see later changes, open another.
 */
public interface WeightSource {

  /** Returns the sizes of the model. */
  ModelConfig config();

  /** Says whether the weights are in bfloat16; else they are in float32. */
  boolean bfloat16();

  /**
   * Returns a tensor, on the manager's device, as an array that the manager owns. It may share the
   * memory of another, and then shall not change while the engine is open; it asks for no gradient.
   *
   * @param name one of {@link io.r1reward.core.model.ModelTensors#shapes}
   */
  NDArray load(String name, NDManager manager);
}
