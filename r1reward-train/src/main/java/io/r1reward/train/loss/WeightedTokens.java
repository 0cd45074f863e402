package io.r1reward.train.loss;

/** Walks the tokens that count. Stateless, thread-safe. */
final class WeightedTokens {

  private WeightedTokens() {}

  /** What becomes of one token. */
  @FunctionalInterface
  interface TokenGradient {
    /** Takes token {@code t} of rollout {@code i} into account, and returns its gradient. */
    double of(int i, int t);
  }

  /** Returns the gradient of every token, {@code [rollout][token]}, 0 where the weight is 0. */
  static double[][] gradient(PolicyLossBatch batch, TokenGradient token) {
    double[][] gradient = new double[batch.weights().length][];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = new double[batch.weights()[i].length];
      for (int t = 0; t < gradient[i].length; t++) {
        if (batch.weights()[i][t] != 0) {
          gradient[i][t] = token.of(i, t);
        }
      }
    }
    return gradient;
  }
}
