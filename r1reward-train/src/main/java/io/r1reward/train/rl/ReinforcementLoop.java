package io.r1reward.train.rl;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.r1reward.FinishReason;
import io.r1reward.train.advantage.DynamicSampling;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.data.SampleCursor;
import io.r1reward.train.data.SkippedSamples;
import io.r1reward.train.encode.UsableSamples;
import io.r1reward.train.metrics.Metric;
import io.r1reward.train.metrics.StepReport;
import io.r1reward.train.metrics.TrainingListener;
import io.r1reward.train.model.NetworkOptimiser;
import io.r1reward.train.model.TrainedState;
import io.r1reward.train.parallel.Replicas;
import io.r1reward.train.policy.HeldOut;
import io.r1reward.train.reward.Rewards;
import io.r1reward.train.run.RunCheckpoints;
import io.r1reward.train.run.RunState;
import io.r1reward.train.run.SkippedSteps;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rollout, reward, update, measurement, checkpoint, again and again. Everything random is drawn
 * from the seed and the iteration's number, so a run that goes on from a checkpoint does what it
 * would have done. Not thread-safe.
 */
public final class ReinforcementLoop {
  private static final Logger logger = LoggerFactory.getLogger(ReinforcementLoop.class);
  private static final String KL = "kl_coefficient";
  private static final String STEPS = "optimiser_steps";
  private static final String SKIPPED = "skipped";
  private static final int SHOWN = 2;

  private final Replicas policy;
  private final @Nullable Replicas reference;
  private final RolloutCollector collector;
  private final Algorithm algorithm;
  private final RlSettings settings;
  private final RunCheckpoints checkpoints;
  private final ImmutableList<TrainingListener> listeners;
  private final @Nullable HeldOut heldOut;
  private final ImmutableSortedMap<String, String> fingerprint;

  /**
   * A loop.
   *
   * @param policy changed in place
   * @param reference frozen policy for the KL; null for the policy without adapters
   * @param collector of rollouts, from the first replica of the policy
   * @param run folder of the checkpoints
   * @param heldOut what is measured every so often; null for nothing
   * @param fingerprint settings that must be the same when the run goes on
   */
  public ReinforcementLoop(
      Replicas policy,
      @Nullable Replicas reference,
      RolloutCollector collector,
      Algorithm algorithm,
      RlSettings settings,
      Path run,
      List<? extends TrainingListener> listeners,
      @Nullable HeldOut heldOut,
      Map<String, String> fingerprint) {
    this.policy = policy;
    this.reference = reference;
    this.collector = collector;
    this.algorithm = algorithm;
    this.settings = settings;
    this.checkpoints = new RunCheckpoints(run, settings.run().keepCheckpoints());
    this.listeners = ImmutableList.copyOf(listeners);
    this.heldOut = heldOut;
    this.fingerprint = ImmutableSortedMap.copyOf(fingerprint);
  }

  /** Runs all iterations, from the newest checkpoint on where there is one. */
  public RunState fit(PreferenceDataset data) {
    try (NetworkOptimiser optimiser =
        new NetworkOptimiser(policy.networks(), settings.run().optimiser())) {
      RunState state = TrainedState.resume(checkpoints, fingerprint, policy.first(), optimiser);
      RunState start = state;
      listeners.forEach(listener -> listener.onResume(start.step()));
      SkippedSteps skipped =
          new SkippedSteps(
              settings.run().maxSkippedInARow(),
              start.numbers().getOrDefault(SKIPPED, 0.0).longValue());
      SkippedSamples leftOut = TrainedState.skipped(settings.run().badData(), state);
      try (SampleCursor cursor = TrainedState.cursor(data, state, leftOut)) {
        long started = System.nanoTime();
        while (state.step() < settings.iterations()) {
          state = iterate(state, cursor, leftOut, optimiser, skipped, started, start.step());
        }
      }
      leftOut.tell();
      return state;
    } finally {
      listeners.forEach(TrainingListener::close);
    }
  }

  private RunState iterate(
      RunState before,
      SampleCursor cursor,
      SkippedSamples leftOut,
      NetworkOptimiser optimiser,
      SkippedSteps skipped,
      long started,
      long first) {
    long number = before.step() + 1;
    long begin = System.nanoTime();
    StepReport.Builder report = StepReport.builder(number);
    List<Rollout> rollouts = rollOut(cursor, number, report);
    long rolled = System.nanoTime();

    double klCoefficient = before.numbers().getOrDefault(KL, algorithm.kl().weight());
    long stepsBefore = before.numbers().getOrDefault(STEPS, 0.0).longValue();
    PolicyUpdate.Done done = new PolicyUpdate.Done(0, 0);
    if (!rollouts.isEmpty()) {
      Optional<Path> lastGood = checkpoints.latest().map(RunCheckpoints.Saved::folder);
      done =
          new PolicyUpdate(policy, reference, algorithm, settings, optimiser)
              .run(
                  rollouts,
                  number,
                  klCoefficient,
                  stepsBefore,
                  settings.run().seed() + number,
                  report,
                  wasSkipped -> skipped.count(wasSkipped, number, lastGood));
    }
    if (done.steps() == 0) {
      logger.warn(
          "iteration {}: no signal, {}; the policy stays as it is",
          number,
          rollouts.isEmpty()
              ? "no rollout was left to learn from"
              : "the advantages of all " + rollouts.size() + " rollouts are 0");
    }
    double perIteration = (System.nanoTime() - started) / 1e9 / (number - first);
    long tokens = rollouts.stream().mapToLong(r -> r.row().length()).sum();
    double updateSeconds = (System.nanoTime() - rolled) / 1e9;
    report
        .put(Metric.KL_COEFFICIENT, klCoefficient)
        .put(Metric.STEPS, (double) done.steps())
        .put(Metric.SKIPPED_STEPS, (double) skipped.total())
        .put(Metric.DATA_SKIPPED, (double) leftOut.total())
        .put(Metric.SAMPLES_PER_SECOND, rollouts.size() * 1e9 / (System.nanoTime() - begin))
        .put(Metric.TOKENS_PER_SECOND, settings.epochs() * tokens / updateSeconds)
        .put(Metric.SECONDS_LEFT, (settings.iterations() - number) * perIteration);
    double score = measure(number, report);
    StepReport built = report.build();
    listeners.forEach(listener -> listener.onStep(built));

    double nextKl = algorithm.kl().controller().next(klCoefficient, done.kl(), rollouts.size());
    RunState after =
        new RunState(
            number,
            cursor.position(),
            score,
            fingerprint,
            ImmutableSortedMap.of(
                KL,
                nextKl,
                STEPS,
                (double) (stepsBefore + done.steps()),
                SKIPPED,
                (double) skipped.total(),
                TrainedState.SAMPLES,
                cursor.digest(),
                TrainedState.LEFT_OUT,
                (double) leftOut.total()));
    if (settings.run().savesAfter(number, settings.iterations())) {
      checkpoints.save(after, folder -> TrainedState.save(policy.first(), optimiser, folder));
    }
    return after;
  }

  /** Rolls out; with dynamic sampling until enough groups have a signal, or the rounds are over. */
  private List<Rollout> rollOut(SampleCursor cursor, long number, StepReport.Builder report) {
    List<Rollout> all = new ArrayList<>();
    List<Rollout> kept = new ArrayList<>();
    int wanted = settings.prompts() * settings.samples();
    int rounds = algorithm.dynamicSampling() ? settings.maxRounds() : 1;
    int asked = 0;
    int context = policy.first().config().text().maxPositions();
    UsableSamples usable = new UsableSamples(cursor, collector.encoder(), context);
    long begin = System.nanoTime();
    for (int round = 0; round < rounds && kept.size() < wanted; round++) {
      List<Rollout> collected =
          collector.collect(
              policy.first(),
              usable.prompts(settings.prompts(), settings.maxNewTokens()),
              settings.samples(),
              round * settings.prompts(),
              settings.temperature(),
              settings.maxNewTokens(),
              settings.run().seed() * 1_000_003 + number * settings.maxRounds() + round,
              settings.nonFiniteRewards());
      asked += wanted;
      all.addAll(collected);
      kept.addAll(algorithm.dynamicSampling() ? informative(collected) : collected);
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    report.put(Metric.LEFT_OUT, (double) (asked - all.size()));
    describe(all, seconds, report);
    return kept.subList(0, Math.min(kept.size(), wanted));
  }

  private static List<Rollout> informative(List<Rollout> rollouts) {
    boolean[] keep = DynamicSampling.informative(totals(rollouts), groups(rollouts));
    List<Rollout> kept = new ArrayList<>();
    for (int i = 0; i < keep.length; i++) {
      if (keep[i]) {
        kept.add(rollouts.get(i));
      }
    }
    return kept;
  }

  private static double[] totals(List<Rollout> rollouts) {
    return rollouts.stream().mapToDouble(r -> r.reward().total()).toArray();
  }

  private static int[] groups(List<Rollout> rollouts) {
    return rollouts.stream().mapToInt(Rollout::group).toArray();
  }

  private void describe(List<Rollout> rollouts, double seconds, StepReport.Builder report) {
    double[] totals = totals(rollouts);
    double mean = Arrays.stream(totals).average().orElse(0);
    double variance = Arrays.stream(totals).map(r -> (r - mean) * (r - mean)).average().orElse(0);
    long tokens = rollouts.stream().mapToLong(r -> r.input().tokens()).sum();
    report
        .put(Metric.REWARD, mean)
        .put(Metric.REWARD_DEVIATION, Math.sqrt(variance))
        .put(Metric.RESPONSE_LENGTH, (double) tokens / Math.max(1, rollouts.size()))
        .put(
            Metric.RESPONSE_LENGTH_MAX,
            rollouts.stream().mapToInt(r -> r.input().tokens()).max().orElse(0))
        .put(
            Metric.RESPONSE_CUT,
            rollouts.stream()
                .mapToInt(r -> r.input().finishReason() == FinishReason.LENGTH ? 1 : 0)
                .average()
                .orElse(0))
        .put(Metric.SILENT_GROUPS, DynamicSampling.shareWithoutSignal(totals, groups(rollouts)))
        .put(Metric.ROLLOUT_TOKENS_PER_SECOND, tokens / seconds);
    if (!rollouts.isEmpty()) {
      for (String part : rollouts.get(0).reward().parts().keySet()) {
        putPart(rollouts, part, report);
      }
    }
    putPart(rollouts, Rewards.CONSISTENCY, report);
    for (Rollout rollout : rollouts.subList(0, Math.min(SHOWN, rollouts.size()))) {
      report.sample(
          new StepReport.Sample(
              rollout.input().sample().id(),
              rollout.input().completion(),
              rollout.reward().total()));
    }
  }

  /** A part that no rollout has is not reported. */
  private static void putPart(List<Rollout> rollouts, String part, StepReport.Builder report) {
    OptionalDouble mean =
        rollouts.stream()
            .map(r -> r.reward().parts().get(part))
            .filter(value -> value != null)
            .mapToDouble(Double::doubleValue)
            .average();
    mean.ifPresent(value -> report.put("reward/" + part, value));
  }

  private double measure(long number, StepReport.Builder report) {
    HeldOut pairs = heldOut;
    if (pairs == null || !settings.run().evaluatesAfter(number, settings.iterations())) {
      return Double.NaN;
    }
    HeldOut.Result result = pairs.measure(policy.first());
    result.addTo(report);
    return result.accuracy();
  }
}
