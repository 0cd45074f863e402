package io.r1reward.train.scalar;

/**
 * Cross entropy of the choice among N responses: {@code −log softmax(r)_best}, the probability that
 * Luce's choice axiom (Individual Choice Behavior, 1959) gives the best one, and ListNet's top-one
 * loss with all weight on it (Cao et al., ICML 2007, §4.2). For two responses it is {@link
 * BradleyTerry} without a margin. Immutable and thread-safe.
 */
public record ChoiceCrossEntropy() implements ScoreLoss {

  @Override
  public Result of(double[] scores, int best) {
    ScoreLoss.check(scores, best);
    double largest = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      largest = Math.max(largest, score);
    }
    double total = 0;
    for (double score : scores) {
      total += Math.exp(score - largest);
    }
    double[] gradient = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      gradient[i] = Math.exp(scores[i] - largest) / total - (i == best ? 1 : 0);
    }
    return new Result(Math.log(total) + largest - scores[best], gradient);
  }
}
