package io.r1reward.train.rl;

import io.r1reward.train.metrics.Metric;
import io.r1reward.train.metrics.StepReport;
import io.r1reward.train.run.TrainingException;
import java.util.List;

/**
 * How far the log-probabilities of sampled tokens by the sampler are from those by the training
 * forward pass, before any update. Rounding alone keeps them apart by a small share of the policy's
 * entropy; where it is more, the rollouts come from another policy than the one that is trained,
 * and policy gradients of them teach it something else. Immutable.
 *
 * @param mean mean absolute difference of a token, in nats
 * @param largest largest difference
 * @param entropy mean negative log-probability of a token by the trainer
 */
record SamplerGap(double mean, double largest, double entropy) {
  /**
   * Entropy below which the limit shrinks no further: a trained judge is sure of most tokens, and
   * bfloat16 still rounds them.
   */
  private static final double LEAST_ENTROPY = 0.1;

  /** Compares. */
  static SamplerGap of(List<Rollout> rollouts, double[][] trainer) {
    double sum = 0;
    double entropy = 0;
    double largest = 0;
    long tokens = 0;
    for (int i = 0; i < trainer.length; i++) {
      float[] sampled = rollouts.get(i).completion().logProbabilities();
      for (int t = 0; t < trainer[i].length; t++) {
        double gap = Math.abs(trainer[i][t] - sampled[t]);
        sum += gap;
        largest = gap <= largest ? largest : gap; // NaN stays
        entropy -= trainer[i][t];
        tokens++;
      }
    }
    long count = Math.max(1, tokens);
    return new SamplerGap(sum / count, largest, entropy / count);
  }

  /** Largest mean difference that is let pass. */
  double limit(double share) {
    return share * (Math.max(0, entropy) + LEAST_ENTROPY);
  }

  /**
   * Ends the run where the difference is more than rounding explains, or is not a number.
   *
   * @param share of the entropy, see {@link RlSettings#maxSamplerGap}
   * @param iteration for the message
   * @throws TrainingException naming difference and limit
   */
  void check(double share, long iteration) {
    if (!(mean <= limit(share))) {
      throw new TrainingException(
          String.format(
              "iteration %d: the rollouts do not come from the policy that is trained: its"
                  + " log-probabilities of a token differ by %.4g nats on average (largest %.4g),"
                  + " allowed are %.4g, which is maxSamplerGap %.3g times the entropy %.3g plus"
                  + " %.1f; the doctor program tells what this machine computes wrongly",
              iteration, mean, largest, limit(share), share, entropy, LEAST_ENTROPY));
    }
  }

  void report(StepReport.Builder report) {
    report
        .put(Metric.LOGPROB_GAP, mean)
        .put(Metric.LOGPROB_GAP_MAX, largest)
        .put(Metric.ENTROPY, entropy);
  }
}
