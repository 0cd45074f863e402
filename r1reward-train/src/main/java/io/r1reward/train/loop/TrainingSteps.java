package io.r1reward.train.loop;

import io.r1reward.train.metrics.StepReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** What one kind of training does in the frame of a {@link TrainingLoop}. Not thread-safe. */
public interface TrainingSteps {
  /** Takes back what {@link #save} wrote, where a run goes on. */
  default void restore(Path checkpoint) throws IOException {}

  /**
   * Makes a step.
   *
   * @return numbers that a checkpoint keeps, for {@link StepContext#number}
   */
  Map<String, Double> step(StepContext step);

  /** Measures the policy on what it does not learn from; not a number where there is nothing. */
  double measure(StepReport.Builder report);

  /** Writes what belongs to a checkpoint beside weights and optimiser. */
  default void save(Path checkpoint) throws IOException {}
}
