package io.r1reward.train.loop;

import io.r1reward.train.data.SampleCursor;
import io.r1reward.train.metrics.StepReport;
import io.r1reward.train.model.NetworkOptimiser;
import io.r1reward.train.run.RunCheckpoints;
import io.r1reward.train.run.RunState;
import io.r1reward.train.run.SkippedSteps;

/**
 * What a step works with.
 *
 * @param before where the run stands
 * @param number of the step, from 1
 * @param report collects what is told of it
 */
public record StepContext(
    RunState before,
    long number,
    SampleCursor cursor,
    NetworkOptimiser optimiser,
    StepReport.Builder report,
    SkippedSteps skipped,
    RunCheckpoints checkpoints) {

  /** Returns a number that the step before left, or another where there is none. */
  public double kept(String name, double otherwise) {
    return before.numbers().getOrDefault(name, otherwise);
  }

  /**
   * Counts an optimiser step.
   *
   * @param wasSkipped because its gradient was not finite
   * @throws io.r1reward.train.run.TrainingException if too many in a row were
   */
  public void stepped(boolean wasSkipped) {
    skipped.count(wasSkipped, number, checkpoints.latest().map(RunCheckpoints.Saved::folder));
  }
}
