package io.r1reward.core.prefix;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.r1reward.InvalidInputException;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.model.MediaSpans;
import io.r1reward.core.model.RopeIndex;

/**
 * The pieces in which a prompt is read: it is split at every multiple of the block length, whatever
 * is known of it already, so that each piece is always computed by operations of the same shapes
 * over the same numbers, and what comes out is the same to the last bit with a cold and a warm
 * cache. A block's key names all tokens up to its end, media included by what they show, and
 * whether the prompt ends there. Immutable.
 */
public final class PromptBlocks {
  private static final int END = -1; // no token

  private final int blockTokens;
  private final int length;
  private final MediaSpans spans;
  private final ImmutableList<HashCode> keys;

  private PromptBlocks(
      int blockTokens, int length, MediaSpans spans, ImmutableList<HashCode> keys) {
    this.blockTokens = blockTokens;
    this.length = length;
    this.spans = spans;
    this.keys = keys;
  }

  /**
   * Splits a prompt.
   *
   * @param blockTokens tokens of a block, at least 1; the last block may have fewer
   * @param media names the prompt's media
   * @throws InvalidInputException if placeholders and media do not match
   */
  public static PromptBlocks of(
      Prompt prompt, RopeIndex.Settings settings, int blockTokens, MediaKeys media) {
    if (blockTokens < 1) {
      throw new InvalidInputException("a block needs at least 1 token, got " + blockTokens);
    }
    MediaSpans spans = MediaSpans.of(prompt, settings);
    ImmutableList.Builder<HashCode> keys = ImmutableList.builder();
    HashCode before = HashCode.fromInt(blockTokens);
    for (int from = 0; from < prompt.length(); from += blockTokens) {
      int to = Math.min(prompt.length(), from + blockTokens);
      Hasher hasher = Hashing.sha256().newHasher().putBytes(before.asBytes());
      for (int i = from; i < to; i++) {
        hasher.putInt(prompt.tokens()[i]);
      }
      for (MediaSpans.Span span : spans.between(from, to)) {
        hasher.putInt(span.begin()).putInt(span.firstStep());
        hasher.putBytes(media.of(span.input()).asBytes());
      }
      if (to == prompt.length()) {
        hasher.putInt(END);
      }
      before = hasher.hash();
      keys.add(before);
    }
    return new PromptBlocks(blockTokens, prompt.length(), spans, keys.build());
  }

  /** Returns the number of blocks, at least 1. */
  public int count() {
    return keys.size();
  }

  /** Returns the first token of a block; of {@code count()} the prompt's length. */
  public int begin(int block) {
    return Math.min(length, block * blockTokens);
  }

  /** Returns the names of the blocks, in order. */
  public ImmutableList<HashCode> keys() {
    return keys;
  }

  /** Returns where media stand. */
  public MediaSpans spans() {
    return spans;
  }
}
