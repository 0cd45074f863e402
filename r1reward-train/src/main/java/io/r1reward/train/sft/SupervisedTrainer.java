package io.r1reward.train.sft;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.data.SampleCursor;
import io.r1reward.train.data.SkippedSamples;
import io.r1reward.train.encode.SampleEncoder;
import io.r1reward.train.encode.UsableSamples;
import io.r1reward.train.metrics.Metric;
import io.r1reward.train.metrics.StepReport;
import io.r1reward.train.metrics.TrainingListener;
import io.r1reward.train.model.NetworkOptimiser;
import io.r1reward.train.model.PolicyNetwork;
import io.r1reward.train.model.TrainedState;
import io.r1reward.train.model.TrainingRow;
import io.r1reward.train.optim.AdamW;
import io.r1reward.train.parallel.Replicas;
import io.r1reward.train.policy.HeldOut;
import io.r1reward.train.run.RunCheckpoints;
import io.r1reward.train.run.RunState;
import io.r1reward.train.run.SkippedSteps;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Supervised fine-tuning on judgements: mean cross entropy of the completion's tokens over a step.
 * Goes on from the newest checkpoint of its run where there is one. Not thread-safe.
 */
public final class SupervisedTrainer {
  private static final String SKIPPED = "skipped";

  private final Replicas policy;
  private final SampleEncoder encoder;
  private final SftSettings settings;
  private final RunCheckpoints checkpoints;
  private final ImmutableList<TrainingListener> listeners;
  private final @Nullable HeldOut heldOut;
  private final ImmutableSortedMap<String, String> fingerprint;

  /** A trainer of a network on one device; parameters as of the other constructor. */
  public SupervisedTrainer(
      PolicyNetwork network,
      SampleEncoder encoder,
      SftSettings settings,
      Path run,
      List<? extends TrainingListener> listeners,
      @Nullable HeldOut heldOut) {
    this(Replicas.of(network), encoder, settings, run, listeners, heldOut, Map.of());
  }

  /**
   * A trainer.
   *
   * @param policy changed in place; the caller closes it
   * @param encoder of the network's checkpoint
   * @param run folder of the run's checkpoints
   * @param heldOut what is measured every so often; null for nothing
   * @param fingerprint what must be the same when the run goes on, beside {@code settings}
   */
  public SupervisedTrainer(
      Replicas policy,
      SampleEncoder encoder,
      SftSettings settings,
      Path run,
      List<? extends TrainingListener> listeners,
      @Nullable HeldOut heldOut,
      Map<String, String> fingerprint) {
    this.policy = policy;
    this.encoder = encoder;
    this.settings = settings;
    this.checkpoints = new RunCheckpoints(run, settings.run().keepCheckpoints());
    this.listeners = ImmutableList.copyOf(listeners);
    this.heldOut = heldOut;
    this.fingerprint =
        ImmutableSortedMap.<String, String>naturalOrder()
            .putAll(fingerprint)
            .put("batch", Integer.toString(settings.batch()))
            .put("steps", Long.toString(settings.steps()))
            .put("seed", Long.toString(settings.run().seed()))
            .put("optimiser", settings.run().optimiser().toString())
            .buildOrThrow();
  }

  /**
   * Trains until all steps are done.
   *
   * @param data read from the first sample on, or behind those of the checkpoint; begun again at
   *     its end
   * @return the state at the end
   */
  public RunState fit(PreferenceDataset data) {
    try (NetworkOptimiser optimiser =
        new NetworkOptimiser(policy.networks(), settings.run().optimiser())) {
      RunState state = TrainedState.resume(checkpoints, fingerprint, policy.first(), optimiser);
      RunState reached = state;
      listeners.forEach(listener -> listener.onResume(reached.step()));
      SkippedSteps skipped =
          new SkippedSteps(
              settings.run().maxSkippedInARow(),
              state.numbers().getOrDefault(SKIPPED, 0.0).longValue());
      SkippedSamples leftOut = TrainedState.skipped(settings.run().badData(), state);
      try (SampleCursor cursor = TrainedState.cursor(data, state, leftOut)) {
        long started = System.nanoTime();
        long first = state.step();
        while (state.step() < settings.steps()) {
          state = step(state, cursor, leftOut, optimiser, skipped, started, first);
        }
      }
      leftOut.tell();
      return state;
    } finally {
      listeners.forEach(TrainingListener::close);
    }
  }

  private RunState step(
      RunState before,
      SampleCursor cursor,
      SkippedSamples leftOut,
      NetworkOptimiser optimiser,
      SkippedSteps skipped,
      long started,
      long first) {
    long begin = System.nanoTime();
    int context = policy.first().config().text().maxPositions();
    List<TrainingRow> rows =
        new UsableSamples(cursor, encoder, context).judgements(settings.batch());
    double targets = rows.stream().mapToLong(TrainingRow::targets).sum();
    long seed = settings.run().seed() + before.step();
    List<Double> losses =
        policy.forMicroBatches(
            rows,
            settings.run().tokenBudget(),
            (network, group) -> backward(network, pick(rows, group), targets, seed, group));
    double loss = losses.stream().mapToDouble(Double::doubleValue).sum();
    long number = before.step() + 1;
    double rate = settings.run().schedule().at(before.step());
    AdamW.Step done = optimiser.step(rate);
    skipped.count(done.skipped(), number, checkpoints.latest().map(RunCheckpoints.Saved::folder));
    StepReport.Builder report = StepReport.builder(number);
    double seconds = (System.nanoTime() - begin) / 1e9;
    long tokens = rows.stream().mapToLong(TrainingRow::length).sum();
    double perStep = (System.nanoTime() - started) / 1e9 / (number - first);
    report
        .put(Metric.SFT_LOSS, loss)
        .put(Metric.SFT_TOKENS, targets)
        .put(Metric.GRADIENT_NORM, done.gradientNorm())
        .put(Metric.LEARNING_RATE, rate)
        .put(Metric.SKIPPED_STEPS, (double) skipped.total())
        .put(Metric.DATA_SKIPPED, (double) leftOut.total())
        .put(Metric.SAMPLES_PER_SECOND, rows.size() / seconds)
        .put(Metric.TOKENS_PER_SECOND, tokens / seconds)
        .put(Metric.SECONDS_LEFT, (settings.steps() - number) * perStep);
    double score = measure(number, report);
    StepReport built = report.build();
    listeners.forEach(listener -> listener.onStep(built));
    RunState after =
        new RunState(
            number,
            cursor.position(),
            score,
            before.settings(),
            ImmutableSortedMap.of(
                SKIPPED,
                (double) skipped.total(),
                TrainedState.SAMPLES,
                cursor.digest(),
                TrainedState.LEFT_OUT,
                (double) leftOut.total()));
    if (settings.run().savesAfter(number, settings.steps())) {
      checkpoints.save(after, folder -> TrainedState.save(policy.first(), optimiser, folder));
    }
    return after;
  }

  private static List<TrainingRow> pick(List<TrainingRow> rows, int[] group) {
    return Arrays.stream(group).mapToObj(rows::get).toList();
  }

  /**
   * Adds the gradients of one micro-batch to those of a replica and returns its part of the loss.
   */
  private static double backward(
      PolicyNetwork network, List<TrainingRow> micro, double targets, long seed, int[] group) {
    double[][] values =
        network.accumulate(
            micro, logs -> likelihoodGradient(logs, targets), Replicas.seed(seed, group));
    return -Arrays.stream(values).flatMapToDouble(Arrays::stream).sum() / targets;
  }

  /** d(−Σ log p / N) / d log p = −1 / N. */
  private static double[][] likelihoodGradient(double[][] logProbabilities, double targets) {
    double[][] gradient = new double[logProbabilities.length][];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = new double[logProbabilities[i].length];
      Arrays.fill(gradient[i], -1 / targets);
    }
    return gradient;
  }

  private double measure(long number, StepReport.Builder report) {
    if (heldOut == null || !settings.run().evaluatesAfter(number, settings.steps())) {
      return Double.NaN;
    }
    HeldOut.Result result = heldOut.measure(policy.first());
    result.addTo(report);
    for (int i = 0; i < Math.min(2, result.texts().size()); i++) {
      PreferenceSample sample = heldOut.samples().get(i);
      boolean right = result.verdicts().get(i) == sample.label();
      report.sample(new StepReport.Sample(sample.id(), result.texts().get(i), right ? 1 : 0));
    }
    return result.accuracy();
  }
}
