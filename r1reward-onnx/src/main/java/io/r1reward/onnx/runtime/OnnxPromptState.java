package io.r1reward.onnx.runtime;

import io.r1reward.core.generate.DecoderEngine.PromptState;
import io.r1reward.core.generate.Prompt;

/**
 * A prompt that the decoder has read. Owns its cache.
 *
 * @param prompt the prompt
 * @param delta what is added to the index of a token behind the prompt to get its position
 * @param cache keys and values of the prompt's tokens, in row 0
 * @param logits behind the last token, {@code [vocabulary]}
 * @param reused how many of the first tokens were known
 */
@SuppressWarnings("ArrayRecordComponent") // shared by the rows of a batch, never changed
record OnnxPromptState(Prompt prompt, int delta, KvCache cache, float[] logits, int reused)
    implements PromptState {

  @Override
  public void close() {
    cache.close();
  }
}
