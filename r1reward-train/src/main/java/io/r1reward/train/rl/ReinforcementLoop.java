package io.r1reward.train.rl;

import io.r1reward.FinishReason;
import io.r1reward.train.advantage.DynamicSampling;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.data.SampleCursor;
import io.r1reward.train.encode.UsableSamples;
import io.r1reward.train.loop.StepContext;
import io.r1reward.train.loop.TrainingLoop;
import io.r1reward.train.loop.TrainingSteps;
import io.r1reward.train.metrics.Metric;
import io.r1reward.train.metrics.StepReport;
import io.r1reward.train.metrics.TrainingListener;
import io.r1reward.train.parallel.Replicas;
import io.r1reward.train.policy.HeldOut;
import io.r1reward.train.reward.Rewards;
import io.r1reward.train.run.RunState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
  private static final int SHOWN = 2;

  private final Replicas policy;
  private final @Nullable Replicas reference;
  private final RolloutCollector collector;
  private final Algorithm algorithm;
  private final RlSettings settings;
  private final @Nullable HeldOut heldOut;
  private final TrainingLoop loop;

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
    this.heldOut = heldOut;
    this.loop =
        new TrainingLoop(
            policy, settings.run(), settings.iterations(), run, listeners, fingerprint);
  }

  /** Runs all iterations, from the newest checkpoint on where there is one. */
  public RunState fit(PreferenceDataset data) {
    return loop.fit(data, new Iterations());
  }

  /** Rollouts and updates. */
  private final class Iterations implements TrainingSteps {
    @Override
    public Map<String, Double> step(StepContext step) {
      return iterate(step);
    }

    @Override
    public double measure(StepReport.Builder report) {
      if (heldOut == null) {
        return Double.NaN;
      }
      HeldOut.Result result = heldOut.measure(policy.first());
      result.addTo(report);
      return result.accuracy();
    }
  }

  private Map<String, Double> iterate(StepContext step) {
    long begin = System.nanoTime();
    StepReport.Builder report = step.report();
    List<Rollout> rollouts = rollOut(step.cursor(), step.number(), report);
    long rolled = System.nanoTime();

    double klCoefficient = step.kept(KL, algorithm.kl().weight());
    long stepsBefore = (long) step.kept(STEPS, 0);
    PolicyUpdate.Done done = new PolicyUpdate.Done(0, 0);
    if (!rollouts.isEmpty()) {
      done =
          new PolicyUpdate(policy, reference, algorithm, settings, step.optimiser())
              .run(
                  rollouts,
                  step.number(),
                  klCoefficient,
                  stepsBefore,
                  settings.run().seed() + step.number(),
                  report,
                  step::stepped);
    }
    if (done.steps() == 0) {
      logger.warn(
          "iteration {}: no signal, {}; the policy stays as it is",
          step.number(),
          rollouts.isEmpty()
              ? "no rollout was left to learn from"
              : "the advantages of all " + rollouts.size() + " rollouts are 0");
    }
    long tokens = rollouts.stream().mapToLong(r -> r.row().length()).sum();
    double updateSeconds = (System.nanoTime() - rolled) / 1e9;
    report
        .put(Metric.KL_COEFFICIENT, klCoefficient)
        .put(Metric.STEPS, (double) done.steps())
        .put(Metric.SAMPLES_PER_SECOND, rollouts.size() * 1e9 / (System.nanoTime() - begin))
        .put(Metric.TOKENS_PER_SECOND, settings.epochs() * tokens / updateSeconds);
    double nextKl = algorithm.kl().controller().next(klCoefficient, done.kl(), rollouts.size());
    return Map.of(KL, nextKl, STEPS, (double) (stepsBefore + done.steps()));
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
}
