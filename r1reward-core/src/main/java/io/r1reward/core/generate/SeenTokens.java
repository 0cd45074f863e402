package io.r1reward.core.generate;

import java.util.Arrays;

/**
 * The distinct token ids of one row, prompt and completion together: what the repetition penalty
 * applies to. Not thread-safe.
 */
public final class SeenTokens {
  private final long[] bits;
  private int[] ids;
  private int size;

  private SeenTokens(long[] bits, int[] ids, int size) {
    this.bits = bits;
    this.ids = ids;
    this.size = size;
  }

  /**
   * Starts with the ids of a prompt.
   *
   * @param vocabularySize number of ids
   * @param tokens ids in {@code [0, vocabularySize)}, any number of times each
   */
  public static SeenTokens of(int vocabularySize, int[] tokens) {
    SeenTokens seen = new SeenTokens(new long[(vocabularySize + 63) >>> 6], new int[64], 0);
    for (int token : tokens) {
      seen.add(token);
    }
    return seen;
  }

  /** Adds an id in {@code [0, vocabularySize)}. */
  public void add(int token) {
    long bit = 1L << token; // the shift counts modulo 64
    if ((bits[token >>> 6] & bit) != 0) {
      return;
    }
    bits[token >>> 6] |= bit;
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, 2 * size);
    }
    ids[size++] = token;
  }

  /** Returns an independent copy, for another sample of the same prompt. */
  public SeenTokens copy() {
    return new SeenTokens(bits.clone(), ids.clone(), size);
  }

  /** Returns the number of distinct ids. */
  public int size() {
    return size;
  }

  /** Returns the i-th distinct id, in the order of first appearance. */
  public int id(int i) {
    return ids[i];
  }
}
