package io.r1reward.core.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.r1reward.core.generate.DecoderEngine.PromptState;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.torch.jni.TensorList;
import java.util.List;

/** A prompt's key/value cache, {@code [K, P, D]} for k and v of each layer, and its last logits. */
final class PromptCache implements PromptState {
  private final Prompt prompt;
  private final NDManager manager;
  private final int ropeDelta;
  private final NDArray logits;
  private final TensorList cache;

  /**
   * Takes over what the manager owns.
   *
   * @param manager owns {@code logits} and {@code cache}; closed with this
   * @param ropeDelta see {@link io.r1reward.core.model.RopeIndex#delta}
   * @param logits {@code [1, V]} behind the last token
   * @param cache k and v of each layer
   */
  PromptCache(
      Prompt prompt, NDManager manager, int ropeDelta, NDArray logits, List<NDArray> cache) {
    this.prompt = prompt;
    this.manager = manager;
    this.ropeDelta = ropeDelta;
    this.logits = logits;
    this.cache = TensorList.of(cache);
  }

  @Override
  public Prompt prompt() {
    return prompt;
  }

  int ropeDelta() {
    return ropeDelta;
  }

  NDArray logits() {
    return logits;
  }

  TensorList cache() {
    return cache;
  }

  @Override
  public void close() {
    cache.close();
    manager.close();
  }
}
