package io.r1reward.train.metrics;

/**
 * Hears of a run. One method, so a lambda is a listener. Called on the training thread, one call at
 * a time; an exception ends the run.
 */
@FunctionalInterface
public interface TrainingListener extends AutoCloseable {

  /** A step is done. */
  void onStep(StepReport report);

  /**
   * The run goes on from a checkpoint; whatever was reported of later steps did not happen.
   *
   * @param step the last step that counts, 0 for a new run
   */
  default void onResume(long step) {}

  /** The run has ended. */
  @Override
  default void close() {}
}
