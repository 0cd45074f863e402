package io.r1reward.core.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.r1reward.core.generate.DecoderEngine.PromptState;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.SeenTokens;
import io.r1reward.core.torch.jni.TensorList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A prompt's key/value cache, {@code [K, P, D]} for k and v of each layer, and its last logits. Its
 * memory is given back when it is closed and no row holds it any more.
 */
final class PromptCache implements PromptState {
  private final Prompt prompt;
  private final NDManager manager;
  private final int ropeDelta;
  private final NDArray logits;
  private final List<NDArray> layers;
  private final int reused;
  private @Nullable SeenTokens seen;
  private int rows;
  private boolean closed;

  /**
   * Takes over what the manager owns.
   *
   * @param manager owns {@code logits} and {@code layers}; closed with this
   * @param ropeDelta see {@link io.r1reward.core.model.RopeIndex#delta}
   * @param logits {@code [1, V]} behind the last token
   * @param layers k and v of each layer
   * @param reused see {@link PromptState#reused}
   */
  PromptCache(
      Prompt prompt,
      NDManager manager,
      int ropeDelta,
      NDArray logits,
      List<NDArray> layers,
      int reused) {
    this.prompt = prompt;
    this.manager = manager;
    this.ropeDelta = ropeDelta;
    this.logits = logits;
    this.layers = layers;
    this.reused = reused;
  }

  @Override
  public Prompt prompt() {
    return prompt;
  }

  @Override
  public int reused() {
    return reused;
  }

  int ropeDelta() {
    return ropeDelta;
  }

  NDArray logits() {
    return logits;
  }

  /** K and v of each layer. */
  List<NDArray> layers() {
    return layers;
  }

  /** The same as a list for the script; the caller closes it. */
  TensorList list() {
    return TensorList.of(layers);
  }

  /** Returns the prompt's ids for a completion, which adds its own. */
  SeenTokens seen(int vocabularySize) {
    SeenTokens own = seen;
    if (own == null) {
      own = SeenTokens.of(vocabularySize, prompt.tokens());
      seen = own;
    }
    return own.copy();
  }

  /** A row needs this; {@link #release} ends that. */
  void hold() {
    rows++;
  }

  void release() {
    rows--;
    freeIfUnused();
  }

  @Override
  public void close() {
    closed = true;
    freeIfUnused();
  }

  private void freeIfUnused() {
    if (closed && rows == 0) {
      manager.close();
    }
  }
}
