package io.r1reward.train.loop;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.data.SampleCursor;
import io.r1reward.train.data.SkippedSamples;
import io.r1reward.train.metrics.Metric;
import io.r1reward.train.metrics.StepReport;
import io.r1reward.train.metrics.TrainingListener;
import io.r1reward.train.model.NetworkOptimiser;
import io.r1reward.train.model.TrainedState;
import io.r1reward.train.parallel.Replicas;
import io.r1reward.train.run.RunCheckpoints;
import io.r1reward.train.run.RunSettings;
import io.r1reward.train.run.RunState;
import io.r1reward.train.run.SkippedSteps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Goes on from the newest checkpoint of a run where there is one, makes its steps one after the
 * other, and tells, measures and saves each. What is random is drawn from the seed and the step's
 * number, so that a run that goes on does what it would have done. Not thread-safe.
 */
public final class TrainingLoop {
  private static final String SKIPPED = "skipped";

  private final Replicas policy;
  private final RunSettings settings;
  private final long steps;
  private final RunCheckpoints checkpoints;
  private final ImmutableList<TrainingListener> listeners;
  private final ImmutableSortedMap<String, String> fingerprint;

  /**
   * A loop.
   *
   * @param policy changed in place; the caller closes it
   * @param steps how many a whole run has
   * @param run folder of the checkpoints
   * @param fingerprint what must be the same when the run goes on
   */
  public TrainingLoop(
      Replicas policy,
      RunSettings settings,
      long steps,
      Path run,
      List<? extends TrainingListener> listeners,
      Map<String, String> fingerprint) {
    this.policy = policy;
    this.settings = settings;
    this.steps = steps;
    this.checkpoints = new RunCheckpoints(run, settings.keepCheckpoints());
    this.listeners = ImmutableList.copyOf(listeners);
    this.fingerprint = ImmutableSortedMap.copyOf(fingerprint);
  }

  /**
   * Trains until all steps are done.
   *
   * @param data read from the first sample on, or behind those of the checkpoint; begun again at
   *     its end
   * @return the state at the end
   * @throws io.r1reward.InvalidInputException if the run has a checkpoint of other settings
   */
  public RunState fit(PreferenceDataset data, TrainingSteps training) {
    try (NetworkOptimiser optimiser =
        new NetworkOptimiser(policy.networks(), settings.optimiser())) {
      RunState state = TrainedState.resume(checkpoints, fingerprint, policy.first(), optimiser);
      restore(training);
      long reached = state.step();
      listeners.forEach(listener -> listener.onResume(reached));
      SkippedSteps skipped =
          new SkippedSteps(
              settings.maxSkippedInARow(), state.numbers().getOrDefault(SKIPPED, 0.0).longValue());
      SkippedSamples leftOut = TrainedState.skipped(settings.badData(), state);
      try (SampleCursor cursor = TrainedState.cursor(data, state, leftOut)) {
        long started = System.nanoTime();
        while (state.step() < steps) {
          StepReport.Builder report = StepReport.builder(state.step() + 1);
          StepContext step =
              new StepContext(
                  state, state.step() + 1, cursor, optimiser, report, skipped, checkpoints);
          Map<String, Double> numbers = training.step(step);
          double perStep = (System.nanoTime() - started) / 1e9 / (step.number() - reached);
          report
              .put(Metric.SKIPPED_STEPS, (double) skipped.total())
              .put(Metric.DATA_SKIPPED, (double) leftOut.total())
              .put(Metric.SECONDS_LEFT, (steps - step.number()) * perStep);
          state = finish(step, numbers, leftOut, training);
        }
      }
      leftOut.tell();
      return state;
    } finally {
      listeners.forEach(TrainingListener::close);
    }
  }

  private void restore(TrainingSteps training) {
    Optional<RunCheckpoints.Saved> saved = checkpoints.latest();
    if (saved.isPresent()) {
      try {
        training.restore(saved.get().folder());
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + saved.get().folder() + ": " + e, e);
      }
    }
  }

  /** Measures, tells and saves. */
  private RunState finish(
      StepContext step,
      Map<String, Double> numbers,
      SkippedSamples leftOut,
      TrainingSteps training) {
    double score =
        settings.evaluatesAfter(step.number(), steps)
            ? training.measure(step.report())
            : Double.NaN;
    StepReport report = step.report().build();
    listeners.forEach(listener -> listener.onStep(report));
    RunState after =
        new RunState(
            step.number(),
            step.cursor().position(),
            score,
            fingerprint,
            ImmutableSortedMap.<String, Double>naturalOrder()
                .putAll(numbers)
                .put(SKIPPED, (double) step.skipped().total())
                .put(TrainedState.SAMPLES, step.cursor().digest())
                .put(TrainedState.LEFT_OUT, (double) leftOut.total())
                .buildOrThrow());
    if (settings.savesAfter(step.number(), steps)) {
      checkpoints.save(
          after,
          folder -> {
            TrainedState.save(policy.first(), step.optimiser(), folder);
            training.save(folder);
          });
    }
    return after;
  }
}
