package io.r1reward.onnx.runtime;

import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.SeenTokens;
import io.r1reward.core.generate.TokenSampler;

/** What a row of a batch knows of itself: how far it is and how its tokens are chosen. */
final class BatchRow {
  private final Decoding decoding;
  private final int[] watched;
  private final SeenTokens seen;
  private final int delta;
  private int length;
  private int last = -1;

  /**
   * A row behind a prompt.
   *
   * @param delta what is added to the index of a token behind the prompt to get its position
   */
  BatchRow(Prompt prompt, int delta, Decoding decoding, int[] watched, int vocabulary) {
    this.decoding = decoding;
    this.watched = watched;
    this.seen = SeenTokens.of(vocabulary, prompt.tokens());
    this.delta = delta;
    this.length = prompt.length();
  }

  /** Says whether no token was chosen yet, so that the prompt's logits decide the next. */
  boolean isFresh() {
    return last < 0;
  }

  /** Returns the token chosen last; 0 where there is none. */
  int lastToken() {
    return Math.max(0, last);
  }

  /** Returns the number of tokens in the cache. */
  int length() {
    return length;
  }

  /** Returns the position of the token chosen last, the same in all three dimensions. */
  int position() {
    return length + delta;
  }

  /** The token chosen last is in the cache now. */
  void grow() {
    length++;
  }

  /** Chooses the next token. */
  TokenSampler.Choice choose(TokenSampler sampler, float[] logits, int offset, double uniform) {
    TokenSampler.Choice choice = sampler.sample(logits, offset, seen, decoding, uniform, watched);
    last = choice.token();
    seen.add(last);
    return choice;
  }
}
