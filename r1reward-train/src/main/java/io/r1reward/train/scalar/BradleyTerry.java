package io.r1reward.train.scalar;

import io.r1reward.InvalidInputException;

/**
 * Negative log-likelihood of the comparisons that the best response won, by Bradley and Terry's
 * model (Biometrika 39, 1952), as reward models are trained with it: {@code −log σ(r_best − r_other
 * − margin)}, the mean over the others (Ouyang et al., arXiv 2203.02155, eq. 1; margin: Touvron et
 * al., arXiv 2307.09288, eq. 2). Immutable and thread-safe.
 *
 * @param margin how much better the best response's number has to be before its loss is what a tie
 *     costs without a margin; at least 0
 */
public record BradleyTerry(double margin) implements ScoreLoss {

  /** Checks the range. */
  public BradleyTerry {
    if (!(margin >= 0) || margin == Double.POSITIVE_INFINITY) {
      throw new InvalidInputException("margin must be finite and at least 0, got " + margin);
    }
  }

  /** Without a margin. */
  public static BradleyTerry create() {
    return new BradleyTerry(0);
  }

  @Override
  public Result of(double[] scores, int best) {
    ScoreLoss.check(scores, best);
    int others = scores.length - 1;
    double value = 0;
    double[] gradient = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      if (i != best) {
        double lead = scores[best] - scores[i] - margin;
        // −log σ(x) = log(1 + e^−x), without overflow; its derivative is σ(x) − 1 = −1 / (1 + e^x)
        value += (Math.max(-lead, 0) + Math.log1p(Math.exp(-Math.abs(lead)))) / others;
        double pull = 1 / (1 + Math.exp(lead)) / others;
        gradient[best] -= pull;
        gradient[i] += pull;
      }
    }
    return new Result(value, gradient);
  }
}
