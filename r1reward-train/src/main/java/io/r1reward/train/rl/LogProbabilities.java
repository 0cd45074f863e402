package io.r1reward.train.rl;

import com.google.common.collect.ImmutableList;
import io.r1reward.train.model.PolicyNetwork;
import io.r1reward.train.model.TrainingRow;
import io.r1reward.train.parallel.StepTask;

/**
 * Log-probabilities of one micro-batch, {@code [row][target]}.
 *
 * @param temperature that logits are divided by
 * @param adapters whether the network's adapters count
 */
record LogProbabilities(ImmutableList<TrainingRow> rows, double temperature, boolean adapters)
    implements StepTask<double[][]> {

  @Override
  public double[][] on(PolicyNetwork network) {
    return adapters
        ? network.logProbabilities(rows, temperature)
        : network.baseLogProbabilities(rows, temperature);
  }
}
