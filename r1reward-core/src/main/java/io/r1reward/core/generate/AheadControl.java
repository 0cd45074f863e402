package io.r1reward.core.generate;

/**
 * Decides how many guessed tokens run beside those that are due: as many as promise most tokens in
 * the time, by what steps took so far and by how many guesses came true. Nothing but time depends
 * on it. Not thread-safe.
 */
final class AheadControl {
  /** Most guesses of a row. */
  static final int MOST = 8;

  /** Most tokens of a step, for which engines promise that rows stay apart. */
  static final int MOST_TOKENS = 32;

  /** With nothing to look at, a token more is taken to cost this share of a step of one. */
  private static final double SLOPE = 0.12;

  /** What was seen counts half after some fifty steps. */
  private static final double DECAY = 0.986;

  /** So often guesses are tried, where they did not pay. */
  private static final int TRIAL = 64;

  private static final int TRIED = 2;

  private double right = 2;
  private double judged = 4;
  private double weight;
  private double tokens;
  private double squares;
  private double times;
  private double products;
  private int without;

  /**
   * Returns how many guesses of each row shall run.
   *
   * @param guesses how many there are for each row that decodes
   */
  int choose(int[] guesses) {
    int rows = guesses.length;
    int best = 0;
    double bestRate = rows / time(rows);
    double share = right / judged;
    for (int k = 1; k <= MOST; k++) {
      double expected = 0;
      int count = 0;
      for (int there : guesses) {
        int own = Math.min(k, there);
        count += 1 + own;
        expected += (1 - Math.pow(share, own + 1)) / (1 - share);
      }
      if (count > MOST_TOKENS) {
        break;
      }
      double rate = expected / time(count);
      if (rate > bestRate * (1 + 1e-9)) {
        bestRate = rate;
        best = k;
      }
    }
    if (best == 0 && rows > 0 && rows + TRIED * rows <= MOST_TOKENS && ++without % TRIAL == 0) {
      return TRIED;
    }
    return best;
  }

  /** A step of so many tokens took a time, in any unit. */
  void took(int count, double time) {
    weight = weight * DECAY + 1;
    tokens = tokens * DECAY + count;
    squares = squares * DECAY + (double) count * count;
    times = times * DECAY + time;
    products = products * DECAY + count * time;
  }

  /** A row had guesses, of which the first so many were right. */
  void judged(int guesses, int hits) {
    double decay = guesses == 0 ? 1 : DECAY;
    judged = judged * decay + Math.min(guesses, hits + 1);
    right = right * decay + hits;
    // never sure of either
    right = Math.max(right, judged * 0.02);
    judged = Math.max(judged, right * 1.02);
  }

  /** The expected time of a step, by a line through what steps took. */
  private double time(int count) {
    if (weight == 0) {
      return 1 + SLOPE * (count - 1);
    }
    double meanTokens = tokens / weight;
    double meanTime = times / weight;
    double variance = squares / weight - meanTokens * meanTokens;
    double slope = SLOPE * meanTime / (1 + SLOPE * (meanTokens - 1));
    if (variance > 0.05) {
      double measured = (products / weight - meanTokens * meanTime) / variance;
      slope = Math.max(0, Math.min(measured, meanTime / meanTokens));
    }
    return meanTime + slope * (count - meanTokens);
  }
}
