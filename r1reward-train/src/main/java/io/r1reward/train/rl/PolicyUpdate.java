package io.r1reward.train.rl;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;
import io.r1reward.train.advantage.AdvantageEstimate;
import io.r1reward.train.advantage.KlEstimator;
import io.r1reward.train.advantage.Ragged;
import io.r1reward.train.advantage.RolloutScores;
import io.r1reward.train.loss.LossStatistics;
import io.r1reward.train.loss.PolicyLossResult;
import io.r1reward.train.metrics.Metric;
import io.r1reward.train.metrics.StepReport;
import io.r1reward.train.model.NetworkOptimiser;
import io.r1reward.train.model.TrainingRow;
import io.r1reward.train.optim.AdamW;
import io.r1reward.train.parallel.Replicas;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One rollout batch's update: log-probabilities before it, advantages, and the epochs of optimiser
 * steps. Not thread-safe.
 */
public final class PolicyUpdate {
  private final Replicas policy;
  private final @Nullable Replicas reference;
  private final Algorithm algorithm;
  private final RlSettings settings;
  private final NetworkOptimiser optimiser;

  /**
   * An update.
   *
   * @param policy what is trained
   * @param reference frozen policy; null means the policy without its adapters
   * @param optimiser of the policy
   */
  public PolicyUpdate(
      Replicas policy,
      @Nullable Replicas reference,
      Algorithm algorithm,
      RlSettings settings,
      NetworkOptimiser optimiser) {
    this.policy = policy;
    this.reference = reference;
    this.algorithm = algorithm;
    this.settings = settings;
    this.optimiser = optimiser;
  }

  /** Hears of every optimiser step. */
  @FunctionalInterface
  public interface StepListener {
    /** Whether the step was skipped; may throw to end the run. */
    void stepped(boolean skipped);
  }

  /**
   * What an update did.
   *
   * @param steps optimiser steps made or skipped
   * @param kl mean KL to the reference before the update; 0 without one
   */
  public record Done(long steps, double kl) {}

  /**
   * Updates the policy. Where all advantages are 0 and the loss wants no reference, there is
   * nothing to learn and no step is made.
   *
   * @param iteration number of the rollout batch
   * @param klCoefficient weight of the KL inside the reward
   * @param stepsBefore optimiser steps of the run so far
   * @param seed of the shuffling
   * @param report gets the metrics
   * @throws io.r1reward.train.run.TrainingException if the rollouts come from another policy
   */
  public Done run(
      List<Rollout> rollouts,
      long iteration,
      double klCoefficient,
      long stepsBefore,
      long seed,
      StepReport.Builder report,
      StepListener listener) {
    List<TrainingRow> rows = rollouts.stream().map(Rollout::row).toList();
    boolean[][] mask = Ragged.fullMask(rows.stream().mapToInt(TrainingRow::targets).toArray());
    double[][] old = logProbabilities(rows, policy, true);
    double[][] base = algorithm.needsReference() ? reference(rows) : old;
    SamplerGap gap = SamplerGap.of(rollouts, old);
    gap.report(report);
    gap.check(settings.maxSamplerGap(), iteration);

    double[][] kl = algorithm.kl().estimator().of(old, base, mask);
    double meanKl = Arrays.stream(KlEstimator.meanPerRollout(kl, mask)).average().orElse(0);
    AdvantageEstimate estimate =
        algorithm
            .advantages()
            .estimate(
                new RolloutScores(
                    rollouts.stream().mapToDouble(r -> r.reward().total()).toArray(),
                    rollouts.stream().mapToInt(Rollout::group).toArray(),
                    kl,
                    klCoefficient,
                    mask));
    report
        .put(Metric.KL, meanKl)
        .put(Metric.FILTERED, estimate.filteredShare())
        .put(Metric.ADVANTAGE_MAX, maxAbsolute(estimate.advantages()));

    Totals totals = new Totals();
    Random random = new Random(seed);
    boolean signal = maxAbsolute(estimate.advantages()) != 0 || algorithm.loss().needsReference();
    for (int epoch = 0; signal && epoch < settings.epochs(); epoch++) {
      List<Integer> order = new ArrayList<>(IntStream.range(0, rows.size()).boxed().toList());
      Collections.shuffle(order, random);
      for (int at = 0; at < order.size(); at += settings.trainBatch()) {
        int[] chosen =
            order.subList(at, Math.min(order.size(), at + settings.trainBatch())).stream()
                .mapToInt(i -> i)
                .toArray();
        Batch batch = new Batch(rows, old, base, estimate.advantages(), mask).pick(chosen);
        listener.stepped(step(batch, stepsBefore + totals.steps, seed, totals));
      }
    }
    totals.report(report);
    return new Done(totals.steps, meanKl);
  }

  /** Returns whether the step was skipped. */
  private boolean step(Batch batch, long stepsBefore, long seed, Totals totals) {
    double[][] weights = algorithm.aggregation().weights(batch.mask);
    long stepSeed = seed + stepsBefore;
    List<PolicyLossResult> results =
        policy.forMicroBatches(
            batch.rows,
            settings.run().tokenBudget(),
            group -> gradient(batch.pick(group), Batch.pick(weights, group), stepSeed, group));
    results.forEach(totals::add);
    totals.steps++;
    if (!results.stream().allMatch(PolicyLossResult::isFinite)) {
      optimiser.discard();
      return true;
    }
    double rate = settings.run().schedule().at(stepsBefore);
    AdamW.Step done = optimiser.step(rate);
    totals.gradientNorm += done.gradientNorm();
    totals.rate = rate;
    return done.skipped();
  }

  private PolicyGradient gradient(Batch micro, double[][] weights, long seed, int[] group) {
    return new PolicyGradient(
        algorithm.loss(),
        ImmutableList.copyOf(micro.rows),
        micro.old,
        micro.base,
        micro.advantages,
        weights,
        Replicas.seed(seed, group),
        settings.temperature());
  }

  private double[][] reference(List<TrainingRow> rows) {
    return reference == null
        ? logProbabilities(rows, policy, false)
        : logProbabilities(rows, reference, true);
  }

  private double[][] logProbabilities(List<TrainingRow> rows, Replicas replicas, boolean adapters) {
    List<int[]> groups = new ArrayList<>();
    List<double[][]> parts =
        replicas.forMicroBatches(
            rows,
            settings.run().tokenBudget(),
            group -> {
              groups.add(group);
              return new LogProbabilities(
                  Arrays.stream(group).mapToObj(rows::get).collect(toImmutableList()),
                  settings.temperature(),
                  adapters);
            });
    double[][] result = new double[rows.size()][];
    for (int part = 0; part < parts.size(); part++) {
      for (int i = 0; i < groups.get(part).length; i++) {
        result[groups.get(part)[i]] = parts.get(part)[i];
      }
    }
    return result;
  }

  private static double maxAbsolute(double[][] values) {
    double max = 0;
    for (double[] row : values) {
      for (double value : row) {
        max = Math.max(max, Math.abs(value)); // NaN stays
      }
    }
    return max;
  }

  /** Rows with everything that belongs to them. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Batch(
      List<TrainingRow> rows,
      double[][] old,
      double[][] base,
      double[][] advantages,
      boolean[][] mask) {

    Batch pick(int[] chosen) {
      boolean[][] picked = new boolean[chosen.length][];
      for (int i = 0; i < chosen.length; i++) {
        picked[i] = mask[chosen[i]];
      }
      return new Batch(
          Arrays.stream(chosen).mapToObj(rows::get).toList(),
          pick(old, chosen),
          pick(base, chosen),
          pick(advantages, chosen),
          picked);
    }

    static double[][] pick(double[][] values, int[] chosen) {
      return Arrays.stream(chosen).mapToObj(i -> values[i]).toArray(double[][]::new);
    }
  }

  /** Sums over the optimiser steps of an update. */
  private static final class Totals {
    private long steps;
    private double loss;
    private double gradientNorm;
    private double rate;
    private LossStatistics statistics = LossStatistics.EMPTY;

    void add(PolicyLossResult result) {
      loss += result.loss();
      statistics = statistics.plus(result.statistics());
    }

    void report(StepReport.Builder report) {
      double count = Math.max(1, steps);
      report
          .put(Metric.LOSS, loss / count)
          .put(Metric.GRADIENT_NORM, gradientNorm / count)
          .put(Metric.LEARNING_RATE, rate)
          .put(Metric.RATIO, statistics.perToken(statistics.ratioSum()))
          .put(Metric.RATIO_MAX, statistics.ratioMax())
          .put(Metric.UPDATE_KL, statistics.perToken(statistics.approximateKlSum()))
          .put(Metric.PRE_CLIPPED, statistics.perToken((double) statistics.preClipped()))
          .put(Metric.CLIPPED_LOW, statistics.perToken((double) statistics.clippedLow()))
          .put(Metric.CLIPPED_HIGH, statistics.perToken((double) statistics.clippedHigh()))
          .put(Metric.DUAL_CLIPPED, statistics.perToken((double) statistics.dualClipped()));
    }
  }
}
