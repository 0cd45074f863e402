package io.r1reward.train.sft;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.encode.SampleEncoder;
import io.r1reward.train.encode.UsableSamples;
import io.r1reward.train.loop.StepContext;
import io.r1reward.train.loop.TrainingLoop;
import io.r1reward.train.loop.TrainingSteps;
import io.r1reward.train.metrics.Metric;
import io.r1reward.train.metrics.StepReport;
import io.r1reward.train.metrics.TrainingListener;
import io.r1reward.train.model.PolicyNetwork;
import io.r1reward.train.model.TrainingRow;
import io.r1reward.train.optim.AdamW;
import io.r1reward.train.parallel.Replicas;
import io.r1reward.train.policy.HeldOut;
import io.r1reward.train.run.RunState;
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
  private final Replicas policy;
  private final SampleEncoder encoder;
  private final SftSettings settings;
  private final @Nullable HeldOut heldOut;
  private final TrainingLoop loop;

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
    this.heldOut = heldOut;
    ImmutableSortedMap<String, String> whole =
        ImmutableSortedMap.<String, String>naturalOrder()
            .putAll(fingerprint)
            .put("batch", Integer.toString(settings.batch()))
            .put("steps", Long.toString(settings.steps()))
            .put("seed", Long.toString(settings.run().seed()))
            .put("optimiser", settings.run().optimiser().toString())
            .buildOrThrow();
    this.loop = new TrainingLoop(policy, settings.run(), settings.steps(), run, listeners, whole);
  }

  /**
   * Trains until all steps are done.
   *
   * @param data read from the first sample on, or behind those of the checkpoint; begun again at
   *     its end
   * @return the state at the end
   */
  public RunState fit(PreferenceDataset data) {
    return loop.fit(data, new Steps());
  }

  /** Mean cross entropy, step by step. */
  private final class Steps implements TrainingSteps {
    @Override
    public Map<String, Double> step(StepContext step) {
      learn(step);
      return Map.of();
    }

    @Override
    public double measure(StepReport.Builder report) {
      return measured(report);
    }
  }

  private void learn(StepContext step) {
    long begin = System.nanoTime();
    int context = policy.first().config().text().maxPositions();
    List<TrainingRow> rows =
        new UsableSamples(step.cursor(), encoder, context).judgements(settings.batch());
    double targets = rows.stream().mapToLong(TrainingRow::targets).sum();
    long seed = settings.run().seed() + step.before().step();
    List<Double> losses =
        policy.forMicroBatches(
            rows,
            settings.run().tokenBudget(),
            group -> new Likelihood(pick(rows, group), targets, Replicas.seed(seed, group)));
    double loss = losses.stream().mapToDouble(Double::doubleValue).sum();
    double rate = settings.run().schedule().at(step.before().step());
    AdamW.Step done = step.optimiser().step(rate);
    step.stepped(done.skipped());
    double seconds = (System.nanoTime() - begin) / 1e9;
    long tokens = rows.stream().mapToLong(TrainingRow::length).sum();
    step.report()
        .put(Metric.SFT_LOSS, loss)
        .put(Metric.SFT_TOKENS, targets)
        .put(Metric.GRADIENT_NORM, done.gradientNorm())
        .put(Metric.LEARNING_RATE, rate)
        .put(Metric.SAMPLES_PER_SECOND, rows.size() / seconds)
        .put(Metric.TOKENS_PER_SECOND, tokens / seconds);
  }

  private static ImmutableList<TrainingRow> pick(List<TrainingRow> rows, int[] group) {
    return Arrays.stream(group).mapToObj(rows::get).collect(ImmutableList.toImmutableList());
  }

  private double measured(StepReport.Builder report) {
    if (heldOut == null) {
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
