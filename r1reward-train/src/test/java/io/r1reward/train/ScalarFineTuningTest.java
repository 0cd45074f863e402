package io.r1reward.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.collect.ImmutableList;
import io.r1reward.CancelledException;
import io.r1reward.InvalidInputException;
import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import io.r1reward.RewardModel;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.protocol.R1RewardProtocol;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.testing.TestDevice;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.encode.SampleEncoder;
import io.r1reward.train.metrics.Metric;
import io.r1reward.train.metrics.StepReport;
import io.r1reward.train.metrics.TrainingListener;
import io.r1reward.train.model.Lora;
import io.r1reward.train.model.NetworkSettings;
import io.r1reward.train.model.PolicyNetwork;
import io.r1reward.train.model.TrainingRow;
import io.r1reward.train.optim.LearningRateSchedule;
import io.r1reward.train.scalar.ChoiceCrossEntropy;
import io.r1reward.train.scalar.ScalarSettings;
import io.r1reward.train.scalar.ValueHeadNetwork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScalarFineTuningTest {
  /** Four pairs, as often as wanted: two with the better response first, two swapped. */
  private static final ImmutableList<PreferenceSample> PAIRS = pairs();

  @TempDir Path folder;

  private static ImmutableList<PreferenceSample> pairs() {
    List<PreferenceSample> samples = TinyTask.data().open().limit(4).toList();
    ImmutableList.Builder<PreferenceSample> pairs = ImmutableList.builder();
    for (int i = 0; i < samples.size(); i++) {
      boolean first = samples.get(i).label() == Preferred.FIRST;
      pairs.add(first == (i % 2 == 0) ? samples.get(i) : samples.get(i).swapped());
    }
    return pairs.build();
  }

  private static PreferenceDataset data() {
    return PAIRS::stream;
  }

  private static ScalarSettings.Builder settings(long steps, double rate) {
    return ScalarSettings.builder(steps)
        .batch(4)
        .tokenBudget(400) // several micro-batches a step
        .schedule(LearningRateSchedule.constant(rate))
        .headSchedule(LearningRateSchedule.constant(10 * rate));
  }

  private ScalarFineTuning.Builder trainer(String run, ScalarSettings settings) {
    return ScalarFineTuning.builder()
        .policy(TinyTask.CHECKPOINT)
        .run(folder.resolve(run))
        .device(TestDevice.NAME)
        .threads(1)
        .exportType(DType.F32)
        .settings(settings);
  }

  /** Trains, and returns the losses of the steps. */
  private static List<StepReport> fit(ScalarFineTuning.Builder trainer) {
    List<StepReport> reports = new ArrayList<>();
    trainer.listener(reports::add).build().fit(data());
    return reports;
  }

  private static double[] byNetwork(Path judge, int headUnits) {
    NetworkSettings onCpu = NetworkSettings.builder().device("cpu").threads(1).build();
    try (Checkpoint checkpoint = Checkpoint.open(judge);
        SampleEncoder encoder = SampleEncoder.open(judge, R1RewardProtocol.create());
        PolicyNetwork network = PolicyNetwork.load(checkpoint, onCpu, 0)) {
      ValueHeadNetwork head =
          ValueHeadNetwork.create(network.config().text().hiddenSize(), headUnits, 1);
      head.restore(judge.resolve("value_head.safetensors"));
      List<TrainingRow> rows = new ArrayList<>();
      for (PreferenceSample sample : PAIRS) {
        PreferencePair pair = sample.pair();
        rows.addAll(encoder.chatRows(pair));
      }
      double[] scores = new double[rows.size()];
      float[][] hidden = network.lastHidden(rows);
      for (int i = 0; i < scores.length; i++) {
        scores[i] = head.score(hidden[i]);
      }
      return scores;
    }
  }

  @Test
  void loss_falls_and_the_saved_judge_gives_the_same_numbers_and_prefers_the_better_responses() {
    List<StepReport> reports = fit(trainer("run", settings(14, 2e-3).build()).heldOut(data()));
    // a linear head far from 0 can be more wrong than a tie, ln 2 = 0.69, at the start
    assertThat(reports.get(0).value(Metric.SCALAR_LOSS)).isGreaterThan(0.3);
    assertThat(reports.get(13).value(Metric.SCALAR_LOSS)).isLessThan(0.1);
    assertThat(reports.get(13).value(Metric.SCALAR_ACCURACY)).isEqualTo(1);
    assertThat(reports.get(13).value(Metric.SCALAR_MARGIN)).isGreaterThan(2);
    assertThat(reports.get(13).value(Metric.GRADIENT_NORM)).isPositive();
    assertThat(reports.get(13).value(Metric.HELD_OUT_ACCURACY)).isEqualTo(1);
    assertThat(reports.get(12).value(Metric.HELD_OUT_ACCURACY)).isNaN();
    judges(folder.resolve("run/judge"), 0);
  }

  @Test
  void adapters_and_a_head_of_two_layers_learn_the_choice_as_well() {
    ScalarFineTuning.Builder trainer =
        trainer("run", settings(14, 5e-3).headUnits(8).loss(new ChoiceCrossEntropy()).build())
            .lora(Lora.rank(8))
            .gradientCheckpointing(1);
    List<StepReport> reports = fit(trainer);
    assertThat(reports.get(13).value(Metric.SCALAR_LOSS)).isLessThan(0.1);
    judges(folder.resolve("run/judge"), 8);
  }

  private static void judges(Path judge, int headUnits) {
    double[] expected = byNetwork(judge, headUnits);
    try (RewardModel model = RewardModel.builder().checkpoint(judge).dtype("float32").load()) {
      for (int i = 0; i < PAIRS.size(); i++) {
        PreferenceScore score = model.score(PAIRS.get(i).pair());
        assertThat(score.preferred()).isEqualTo(PAIRS.get(i).label());
        assertThat(score.scores().orElseThrow().first()).isCloseTo(expected[2 * i], within(1e-4));
        assertThat(score.scores().orElseThrow().second())
            .isCloseTo(expected[2 * i + 1], within(1e-4));
      }
    }
  }

  @Test
  void run_that_was_stopped_goes_on_with_the_same_losses() {
    ScalarSettings settings = settings(5, 1e-3).checkpoints(2, 1).build();
    List<Double> through =
        fit(trainer("a", settings)).stream().map(r -> r.value(Metric.SCALAR_LOSS)).toList();
    TrainingListener stopping =
        report -> {
          if (report.step() == 3) {
            throw new IllegalStateException("stopped");
          }
        };
    assertThatThrownBy(() -> fit(trainer("b", settings).listener(stopping))).hasMessage("stopped");
    List<StepReport> resumed = fit(trainer("b", settings));
    assertThat(resumed).extracting(StepReport::step).containsExactly(3L, 4L, 5L);
    assertThat(resumed)
        .extracting(r -> r.value(Metric.SCALAR_LOSS))
        .isEqualTo(through.subList(2, 5));
    assertThatThrownBy(
            () -> fit(trainer("b", settings(5, 1e-3).loss(new ChoiceCrossEntropy()).build())))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("loss=BradleyTerry[margin=0.0] in the checkpoint")
        .hasMessageContaining("ChoiceCrossEntropy[] now");
  }

  @Test
  void interrupted_thread_ends_the_run() {
    TrainingListener interrupting = report -> Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(
              () -> fit(trainer("run", settings(3, 1e-3).build()).listener(interrupting)))
          .isInstanceOf(CancelledException.class)
          .hasMessage("training was interrupted");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void several_devices_learn_what_one_learns() {
    List<StepReport> one = fit(trainer("one", settings(3, 1e-3).build()));
    List<StepReport> two =
        fit(trainer("two", settings(3, 1e-3).build()).devices(TestDevice.NAME, TestDevice.NAME));
    for (int i = 0; i < 3; i++) {
      assertThat(two.get(i).value(Metric.SCALAR_LOSS))
          .isCloseTo(one.get(i).value(Metric.SCALAR_LOSS), within(1e-3));
    }
  }
}
