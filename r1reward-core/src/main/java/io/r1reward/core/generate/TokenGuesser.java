package io.r1reward.core.generate;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Guesses what a completion says next: what came, in its prompt or in itself, behind the last place
 * where its last tokens stood before (prompt lookup: Saxena, 2023; Yang et al., arXiv 2304.04487).
 * Judges quote what they judge, so it is often right. Not thread-safe.
 */
final class TokenGuesser {
  /** Tokens that have to be the same, the longer match first. */
  private static final List<Integer> LENGTHS = List.of(4, 2);

  private int[] tokens;
  private int length;

  /** For each of the lengths, where what stood behind some tokens begins. */
  private final List<Map<Long, Integer>> behind = LENGTHS.stream().map(n -> places()).toList();

  /** Starts behind a prompt. */
  TokenGuesser(int[] prompt) {
    tokens = new int[2 * prompt.length];
    for (int token : prompt) {
      add(token);
    }
  }

  private static Map<Long, Integer> places() {
    return new HashMap<>();
  }

  /** The completion goes on with a token. */
  void add(int token) {
    for (int i = 0; i < LENGTHS.size(); i++) {
      int n = LENGTHS.get(i);
      if (length >= n) {
        behind.get(i).put(key(n), length); // known from now on: this token stands behind them
      }
    }
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * length);
    }
    tokens[length++] = token;
  }

  /** Returns up to {@code most} tokens; none where the last ones are new. */
  int[] guess(int most) {
    for (int i = 0; i < LENGTHS.size(); i++) {
      int n = LENGTHS.get(i);
      Integer at = length < n ? null : behind.get(i).get(key(n));
      if (at != null) {
        return Arrays.copyOfRange(tokens, at, Math.min(length, at + most));
      }
    }
    return new int[0];
  }

  /** Names the last tokens; a wrong guess after a collision does no harm. */
  private long key(int n) {
    long key = n;
    for (int i = length - n; i < length; i++) {
      key = key * 0x9E3779B97F4A7C15L + tokens[i];
    }
    return key;
  }
}
