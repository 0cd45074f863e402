package io.r1reward.train.rl;

import com.google.common.collect.ImmutableList;
import io.r1reward.train.loss.LossStatistics;
import io.r1reward.train.loss.PolicyLoss;
import io.r1reward.train.loss.PolicyLossBatch;
import io.r1reward.train.loss.PolicyLossResult;
import io.r1reward.train.model.PolicyNetwork;
import io.r1reward.train.model.TrainingRow;
import io.r1reward.train.parallel.StepTask;

/**
 * Adds the gradients of one micro-batch to those of a network and returns its part of the loss.
 *
 * @param rows of the micro-batch; the arrays have one row for each
 * @param seed of the adapters' dropout
 */
@SuppressWarnings("ArrayRecordComponent")
record PolicyGradient(
    PolicyLoss loss,
    ImmutableList<TrainingRow> rows,
    double[][] old,
    double[][] base,
    double[][] advantages,
    double[][] weights,
    long seed,
    double temperature)
    implements StepTask<PolicyLossResult> {

  @Override
  public PolicyLossResult on(PolicyNetwork network) {
    PolicyLossResult[] result = {
      new PolicyLossResult(0, new double[0][], LossStatistics.EMPTY) // where nothing was generated
    };
    if (rows.stream().mapToInt(TrainingRow::targets).sum() > 0) {
      network.accumulate(
          rows,
          now -> {
            result[0] = loss.evaluate(new PolicyLossBatch(now, old, base, advantages, weights));
            return result[0].gradient();
          },
          seed,
          temperature);
    }
    return result[0];
  }
}
