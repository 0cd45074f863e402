package io.r1reward.train.sft;

import com.google.common.collect.ImmutableList;
import io.r1reward.train.model.PolicyNetwork;
import io.r1reward.train.model.TrainingRow;
import io.r1reward.train.parallel.StepTask;
import java.util.Arrays;

/**
 * Adds the gradients of one micro-batch to those of a network and returns its part of the loss.
 *
 * @param rows of the micro-batch
 * @param targets of the whole step
 * @param seed of the adapters' dropout
 */
record Likelihood(ImmutableList<TrainingRow> rows, double targets, long seed)
    implements StepTask<Double> {

  @Override
  public Double on(PolicyNetwork network) {
    double[][] values = network.accumulate(rows, this::gradient, seed);
    return -Arrays.stream(values).flatMapToDouble(Arrays::stream).sum() / targets;
  }

  /** d(−Σ log p / N) / d log p = −1 / N. */
  private double[][] gradient(double[][] logProbabilities) {
    double[][] gradient = new double[logProbabilities.length][];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = new double[logProbabilities[i].length];
      Arrays.fill(gradient[i], -1 / targets);
    }
    return gradient;
  }
}
