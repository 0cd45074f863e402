package io.r1reward.train.scalar;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.Lists;
import io.r1reward.Preferred;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.encode.EncodedSample;
import io.r1reward.train.encode.MicroBatches;
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
import io.r1reward.train.run.RunState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Trains a network and a value head on it to give the better response of a pair the larger number.
 * Goes on from the newest checkpoint of its run where there is one. Head and network are clipped
 * each by its own norm. Not thread-safe.
 */
public final class ScalarTrainer {
  private static final String HEAD = "value_head.safetensors";
  private static final String HEAD_OPTIMISER = "value_head_optimiser.safetensors";

  private final Replicas policy;
  private final ValueHeadNetwork head;
  private final SampleEncoder encoder;
  private final ScalarSettings settings;
  private final ImmutableList<PreferenceSample> heldOut;
  private final TrainingLoop loop;

  /**
   * A trainer, whose head starts by {@code settings}.
   *
   * @param policy changed in place; the caller closes it
   * @param encoder of the network's checkpoint
   * @param run folder of the run's checkpoints
   * @param heldOut pairs that are scored every so often; may be empty
   * @param fingerprint what must be the same when the run goes on, beside {@code settings}
   */
  public ScalarTrainer(
      Replicas policy,
      SampleEncoder encoder,
      ScalarSettings settings,
      Path run,
      List<? extends TrainingListener> listeners,
      List<PreferenceSample> heldOut,
      Map<String, String> fingerprint) {
    this.policy = policy;
    this.encoder = encoder;
    this.settings = settings;
    this.head =
        ValueHeadNetwork.create(
            policy.first().config().text().hiddenSize(),
            settings.headUnits(),
            settings.run().seed());
    this.heldOut = ImmutableList.copyOf(heldOut);
    ImmutableSortedMap<String, String> whole =
        ImmutableSortedMap.<String, String>naturalOrder()
            .putAll(fingerprint)
            .put("batch", Integer.toString(settings.batch()))
            .put("steps", Long.toString(settings.steps()))
            .put("head_units", Integer.toString(settings.headUnits()))
            .put("loss", settings.loss().toString())
            .put("seed", Long.toString(settings.run().seed()))
            .put("optimiser", settings.run().optimiser().toString())
            .buildOrThrow();
    this.loop = new TrainingLoop(policy, settings.run(), settings.steps(), run, listeners, whole);
  }

  /** Returns the head that is trained. */
  public ValueHeadNetwork head() {
    return head;
  }

  /**
   * Trains until all steps are done.
   *
   * @param data read from the first pair on, or behind those of the checkpoint; begun again at its
   *     end
   * @return the state at the end
   * @throws io.r1reward.CancelledException if the calling thread was interrupted
   */
  public RunState fit(PreferenceDataset data) {
    try (ValueHeadOptimiser headOptimiser =
        new ValueHeadOptimiser(policy.first().manager(), head, settings.run().optimiser())) {
      return loop.fit(data, new Steps(headOptimiser));
    }
  }

  /** Steps of network and head. */
  private final class Steps implements TrainingSteps {
    private final ValueHeadOptimiser headOptimiser;

    Steps(ValueHeadOptimiser headOptimiser) {
      this.headOptimiser = headOptimiser;
    }

    @Override
    public void restore(Path checkpoint) {
      head.restore(checkpoint.resolve(HEAD));
      headOptimiser.restore(checkpoint.resolve(HEAD_OPTIMISER));
    }

    @Override
    public Map<String, Double> step(StepContext step) {
      learn(step, headOptimiser);
      return Map.of();
    }

    @Override
    public double measure(StepReport.Builder report) {
      if (heldOut.isEmpty()) {
        return Double.NaN;
      }
      double accuracy = accuracy(heldOut);
      report.put(Metric.HELD_OUT_ACCURACY, accuracy);
      return accuracy;
    }

    @Override
    public void save(Path checkpoint) {
      head.save(checkpoint.resolve(HEAD));
      headOptimiser.save(checkpoint.resolve(HEAD_OPTIMISER));
    }
  }

  private void learn(StepContext step, ValueHeadOptimiser headOptimiser) {
    long begin = System.nanoTime();
    int context = policy.first().config().text().maxPositions();
    List<Pair> pairs =
        new UsableSamples(step.cursor(), encoder, context)
            .chats(settings.batch()).stream().map(ScalarTrainer::pair).toList();
    long seed = settings.run().seed() + step.before().step();
    Outcome all =
        sum(map(pairs, (network, group) -> backward(network, pick(pairs, group), seed, group)));
    double rate = settings.run().schedule().at(step.before().step());
    double headRate = settings.headSchedule().at(step.before().step());
    AdamW.Step done = step.optimiser().step(rate);
    // the head stays beside a network that does: its gradient is of the same numbers
    step.stepped(done.skipped() || headOptimiser.step(all.ofHead, headRate).skipped());
    double seconds = (System.nanoTime() - begin) / 1e9;
    long tokens = pairs.stream().mapToLong(Pair::tokens).sum();
    step.report()
        .put(Metric.SCALAR_LOSS, all.loss)
        .put(Metric.SCALAR_ACCURACY, all.right / pairs.size())
        .put(Metric.SCALAR_MARGIN, all.margin / pairs.size())
        .put(Metric.GRADIENT_NORM, done.gradientNorm())
        .put(Metric.LEARNING_RATE, rate)
        .put(Metric.SAMPLES_PER_SECOND, pairs.size() / seconds)
        .put(Metric.TOKENS_PER_SECOND, tokens / seconds);
  }

  /**
   * Returns the share of pairs whose better response has the larger number, as head and network are
   * now.
   */
  public double accuracy(List<PreferenceSample> samples) {
    long right = 0;
    for (List<PreferenceSample> part : Lists.partition(samples, 256)) {
      List<Pair> pairs = part.stream().map(this::encode).toList();
      for (long each : map(pairs, (network, group) -> right(network, pick(pairs, group)))) {
        right += each;
      }
    }
    return (double) right / samples.size();
  }

  private long right(PolicyNetwork network, List<Pair> pairs) {
    float[][] hidden = network.lastHidden(rows(pairs));
    long right = 0;
    for (int i = 0; i < pairs.size(); i++) {
      double[] scores = {head.score(hidden[2 * i]), head.score(hidden[2 * i + 1])};
      right += lead(scores, pairs.get(i).best) > 0 ? 1 : 0;
    }
    return right;
  }

  /** A pair as the rows of its two chats. */
  private record Pair(TrainingRow first, TrainingRow second, int best) {
    long tokens() {
      return (long) first.length() + second.length();
    }
  }

  private Pair encode(PreferenceSample sample) {
    return pair(new EncodedSample<>(sample, encoder.chatRows(sample.pair())));
  }

  private static Pair pair(EncodedSample<List<TrainingRow>> chats) {
    return new Pair(
        chats.value().get(0),
        chats.value().get(1),
        chats.sample().label() == Preferred.FIRST ? 0 : 1);
  }

  /** What a micro-batch adds: sums over its pairs, the loss and its gradient over all of a step. */
  private record Outcome(double loss, double right, double margin, List<double[]> ofHead) {}

  /** Pairs stay whole, so that a micro-batch has every number that its losses want. */
  private <R> List<R> map(List<Pair> pairs, Replicas.Work<int[], R> work) {
    int[] tokens =
        pairs.stream()
            .mapToInt(pair -> 2 * Math.max(pair.first.length(), pair.second.length()))
            .toArray();
    long share = (Arrays.stream(tokens).asLongStream().sum() - 1) / policy.networks().size() + 1;
    int budget = (int) Math.min(settings.run().tokenBudget(), share);
    return policy.map(
        MicroBatches.group(tokens, budget), group -> (long) tokens[group[0]] * group.length, work);
  }

  private Outcome backward(PolicyNetwork network, List<Pair> pairs, long seed, int[] group) {
    double[] sums = new double[3];
    List<double[]> ofHead = head.zeros();
    network.accumulateLastHidden(
        rows(pairs),
        hidden -> {
          float[][] gradient = new float[hidden.length][];
          for (int i = 0; i < pairs.size(); i++) {
            int best = pairs.get(i).best;
            double[] scores = {head.score(hidden[2 * i]), head.score(hidden[2 * i + 1])};
            ScoreLoss.Result loss = settings.loss().of(scores, best);
            double lead = lead(scores, best);
            sums[0] += loss.value() / settings.batch();
            sums[1] += lead > 0 ? 1 : 0;
            sums[2] += lead;
            for (int k = 0; k < 2; k++) {
              double upstream = loss.gradient()[k] / settings.batch();
              gradient[2 * i + k] = head.backward(hidden[2 * i + k], upstream, ofHead);
            }
          }
          return gradient;
        },
        Replicas.seed(seed, group));
    return new Outcome(sums[0], sums[1], sums[2], ofHead);
  }

  private static double lead(double[] scores, int best) {
    return scores[best] - scores[1 - best];
  }

  private Outcome sum(List<Outcome> parts) {
    List<double[]> ofHead = head.zeros();
    double loss = 0;
    double right = 0;
    double margin = 0;
    for (Outcome part : parts) {
      loss += part.loss;
      right += part.right;
      margin += part.margin;
      for (int i = 0; i < ofHead.size(); i++) {
        for (int k = 0; k < ofHead.get(i).length; k++) {
          ofHead.get(i)[k] += part.ofHead.get(i)[k];
        }
      }
    }
    return new Outcome(loss, right, margin, ofHead);
  }

  private static List<Pair> pick(List<Pair> pairs, int[] group) {
    return Arrays.stream(group).mapToObj(pairs::get).toList();
  }

  private static List<TrainingRow> rows(List<Pair> pairs) {
    List<TrainingRow> rows = new ArrayList<>();
    for (Pair pair : pairs) {
      rows.add(pair.first);
      rows.add(pair.second);
    }
    return rows;
  }
}
