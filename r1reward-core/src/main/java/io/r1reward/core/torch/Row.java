package io.r1reward.core.torch;

import ai.djl.ndarray.NDArray;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.SeenTokens;
import org.jspecify.annotations.Nullable;

/** One completion in a batch. Its place among the rows is its index in the batch's caches. */
final class Row {
  private final Decoding decoding;
  private final int[] watched;
  private final SeenTokens seen;
  private final PromptCache prompt;
  private final int inPrompt;
  private int own;
  private int pending;
  private boolean fresh = true;
  private boolean holds = true;

  /**
   * A completion of which nothing is generated. It holds its prompt.
   *
   * @param shares whether the prompt is read where it is, or stands in the row's own cache
   */
  Row(Decoding decoding, int[] watched, PromptCache prompt, int vocabularySize, boolean shares) {
    this.decoding = decoding;
    this.watched = watched;
    this.prompt = prompt;
    this.seen =
        decoding.repetitionPenalty() == 1
            ? SeenTokens.of(vocabularySize, new int[0]) // nobody asks
            : prompt.seen(vocabularySize);
    int length = prompt.prompt().length();
    this.inPrompt = shares ? length : 0;
    this.own = length - inPrompt;
    prompt.hold();
  }

  Decoding decoding() {
    return decoding;
  }

  int[] watched() {
    return watched;
  }

  /** Ids of prompt and completion where there is a repetition penalty; else not of all. */
  SeenTokens seen() {
    return seen;
  }

  PromptCache prompt() {
    return prompt;
  }

  /** Tokens in the row's own cache; the next one is written here. */
  int own() {
    return own;
  }

  /** Tokens that have run, the prompt's and the completion's. */
  int length() {
    return inPrompt + own;
  }

  /** Rotary position of the next token, the same in all three dimensions. */
  int position() {
    return length() + prompt.ropeDelta();
  }

  /** The token to run the decoder over, 0 while there is none. */
  int pending() {
    return pending;
  }

  /** Logits of the prompt's last token until the first token is chosen from them, then null. */
  @Nullable NDArray first() {
    return fresh ? prompt.logits() : null;
  }

  /** The pending token and others behind it are in the cache now. */
  void ran(int tokens) {
    own += tokens;
  }

  /** What decides the next token. */
  Draw draw() {
    return new Draw(decoding, watched, seen, length());
  }

  /** What decides the token behind some guessed ones. */
  Draw draw(int[] guesses, int count) {
    SeenTokens then = seen;
    if (decoding.repetitionPenalty() != 1) {
      then = seen.copy();
      for (int i = 0; i < count; i++) {
        then.add(guesses[i]);
      }
    }
    return new Draw(decoding, watched, then, length() + count);
  }

  /** A token was chosen. */
  void chose(int token) {
    pending = token;
    seen.add(token);
    fresh = false;
    if (inPrompt == 0) {
      close();
    }
  }

  /** Gives up the prompt. */
  void close() {
    if (holds) {
      holds = false;
      prompt.release();
    }
  }
}
