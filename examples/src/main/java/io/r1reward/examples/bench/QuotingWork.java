package io.r1reward.examples.bench;

import io.r1reward.core.generate.DecodeBatch;
import io.r1reward.core.generate.DecodeBatch.Step;
import io.r1reward.core.generate.DecoderEngine;
import io.r1reward.core.generate.DecoderEngine.PromptState;
import java.util.Arrays;

/**
 * Decodes a text of which a share is quoted, with and without its quotes guessed. What random
 * weights say quotes nothing, so the text is decoded first, and places in it are taken for quotes
 * of {@value #QUOTE} tokens; guesses begin behind the first two of a quote, as they do where quotes
 * are recognised. Bound to the engine's thread.
 */
final class QuotingWork {
  private static final int QUOTE = 24;
  private static final int RECOGNISED = 2;
  private static final int MOST_GUESSES = 8;
  private static final int[] NOTHING = {};

  private final DecoderEngine engine;
  private final PromptState state;
  private final int[] text;
  private final double share;

  /**
   * Decodes the text.
   *
   * @param state stays the caller's
   * @param tokens of the text
   * @param share of it that is quoted, in (0, 1]
   */
  QuotingWork(DecoderEngine engine, PromptState state, int tokens, double share) {
    this.engine = engine;
    this.state = state;
    this.share = share;
    this.text = new int[tokens];
    try (DecodeBatch batch = newBatch()) {
      for (int i = 0; i < tokens; i++) {
        text[i] = batch.step(new double[1]).tokens()[0];
      }
    }
  }

  /** Says whether the engine verifies guesses. */
  boolean looksAhead() {
    try (DecodeBatch batch = engine.newBatch(1)) {
      return batch.looksAhead();
    }
  }

  /** Decodes one token after the other; adds the time of a token. */
  void plain(Timings times) {
    try (DecodeBatch batch = newBatch()) {
      long start = System.nanoTime();
      for (int i = 0; i < text.length; i++) {
        batch.step(new double[1]);
      }
      times.add((System.nanoTime() - start) / text.length);
    }
  }

  /** Decodes with guesses; adds the time of a token, and returns how many came ahead. */
  int guessing(Timings times) {
    int ahead = 0;
    try (DecodeBatch batch = newBatch()) {
      long start = System.nanoTime();
      for (int at = 0; at < text.length; ) {
        int[] guesses = guesses(at);
        Step step =
            batch
                .stepAhead(new double[][] {new double[1 + guesses.length]}, new int[][] {guesses})
                .get(0);
        at += step.tokens().length;
        ahead += step.tokens().length - 1;
      }
      times.add((System.nanoTime() - start) / text.length);
    }
    return ahead;
  }

  /** The tokens from a place to the end of its quote. */
  private int[] guesses(int at) {
    int period = (int) Math.round(QUOTE / share);
    int begin = at / period * period + period - QUOTE;
    if (at == 0 || at < begin + RECOGNISED) {
      return NOTHING;
    }
    int end = Math.min(text.length - 1, begin + QUOTE); // the last token follows its guess
    return at >= end ? NOTHING : Arrays.copyOfRange(text, at, Math.min(end, at + MOST_GUESSES));
  }

  private DecodeBatch newBatch() {
    DecodeBatch batch = engine.newBatch(1);
    batch.add(state, Decodings.GREEDY, NOTHING);
    return batch;
  }
}
