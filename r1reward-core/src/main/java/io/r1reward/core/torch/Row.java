package io.r1reward.core.torch;

import ai.djl.ndarray.NDArray;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.SeenTokens;
import org.jspecify.annotations.Nullable;

/** One completion in a batch. Its place among the rows is its index in the caches. */
final class Row {
  private final Decoding decoding;
  private final int[] watched;
  private final SeenTokens seen;
  private final int ropeDelta;
  private int length;
  private int pending;
  private @Nullable NDArray first;

  /**
   * A completion of which nothing is generated.
   *
   * @param length tokens in the cache
   * @param first logits of the prompt's last token, {@code [1, V]}; owned by the row
   */
  Row(Decoding decoding, int[] watched, SeenTokens seen, int ropeDelta, int length, NDArray first) {
    this.decoding = decoding;
    this.watched = watched;
    this.seen = seen;
    this.ropeDelta = ropeDelta;
    this.length = length;
    this.first = first;
  }

  Decoding decoding() {
    return decoding;
  }

  int[] watched() {
    return watched;
  }

  SeenTokens seen() {
    return seen;
  }

  /** Tokens in the cache; the next one is written here. */
  int length() {
    return length;
  }

  /** Rotary position of the next token, the same in all three dimensions. */
  int position() {
    return length + ropeDelta;
  }

  /** The token to run the decoder over, 0 while there is none. */
  int pending() {
    return pending;
  }

  /** Logits of the prompt's last token until the first token is chosen from them, then null. */
  @Nullable NDArray first() {
    return first;
  }

  /** The pending token is in the cache now. */
  void ran() {
    length++;
  }

  /** A token was chosen. */
  void chose(int token) {
    pending = token;
    seen.add(token);
    close();
  }

  void close() {
    if (first != null) {
      first.close();
      first = null;
    }
  }
}
