package io.r1reward.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.PreferencePair;
import io.r1reward.core.testing.Warnings;
import io.r1reward.train.data.BadData;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.metrics.Metric;
import io.r1reward.train.metrics.StepReport;
import io.r1reward.train.metrics.TrainingListener;
import io.r1reward.train.optim.LearningRateSchedule;
import io.r1reward.train.reward.Rewards;
import io.r1reward.train.rl.RlSettings;
import io.r1reward.train.sft.SftSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples that fail only when they are encoded do not end a run, and others take their place. */
class BadDataTest {
  private static final List<PreferenceSample> GOOD = TinyTask.data().limit(9).open().toList();

  @TempDir Path folder;

  /** The good ones with a missing picture, one too long for 4,096 tokens, and a broken picture. */
  private PreferenceDataset spoiled() {
    List<PreferenceSample> all = new ArrayList<>(GOOD);
    all.add(0, bad("missing", "q", Image.of(folder.resolve("nowhere.png"))));
    all.add(3, bad("long", "which colour ".repeat(4096), null));
    all.add(6, bad("broken", "q", Image.of(new byte[] {1, 2, 3})));
    return PreferenceDataset.of(all);
  }

  private static PreferenceSample bad(String id, String question, @Nullable Image image) {
    PreferencePair.Builder pair =
        PreferencePair.builder().question(question).first("a").second("b");
    if (image != null) {
      pair.image(image);
    }
    return new PreferenceSample(id, pair.build(), GOOD.get(0).label(), GOOD.get(0).attributes());
  }

  private static RlSettings.Builder rl() {
    return RlSettings.paper(3)
        .rollouts(2, 2)
        .train(4, 1)
        .maxNewTokens(3)
        .checkpoints(1, 1)
        .schedule(LearningRateSchedule.constant(1e-3));
  }

  private void reinforce(
      String run, PreferenceDataset data, RlSettings settings, TrainingListener listener) {
    StableReinforce.builder()
        .policy(TinyTask.CHECKPOINT)
        .run(folder.resolve(run))
        .device("cpu")
        .threads(1)
        .settings(settings)
        .reward(Rewards.result(input -> input.completion().length()))
        .listener(listener)
        .build()
        .fit(data);
  }

  private void fineTune(String run, PreferenceDataset data, TrainingListener listener) {
    SupervisedFineTuning.builder()
        .policy(TinyTask.CHECKPOINT)
        .run(folder.resolve(run))
        .device("cpu")
        .threads(1)
        .settings(SftSettings.builder(3).batch(2).checkpoints(1, 1).build())
        .listener(listener)
        .build()
        .fit(data);
  }

  private static List<Double> values(List<StepReport> reports, Metric metric) {
    return reports.stream().map(report -> report.value(metric)).toList();
  }

  /** Stops a run before its third step counts. */
  private static TrainingListener stopping(List<StepReport> reports) {
    return report -> {
      if (report.step() == 3) {
        throw new IllegalStateException("stopped");
      }
      reports.add(report);
    };
  }

  @Test
  void reinforcement_learns_from_the_good_samples_alone_before_and_behind_a_checkpoint() {
    List<StepReport> clean = new ArrayList<>();
    reinforce("clean", PreferenceDataset.of(GOOD), rl().build(), clean::add);
    List<StepReport> through = new ArrayList<>();
    String log = Warnings.of(() -> reinforce("a", spoiled(), rl().build(), through::add));
    List<StepReport> resumed = new ArrayList<>();
    assertThatThrownBy(() -> reinforce("b", spoiled(), rl().build(), stopping(resumed)))
        .hasMessage("stopped");
    reinforce("b", spoiled(), rl().build(), resumed::add);

    for (Metric metric : List.of(Metric.REWARD, Metric.LOSS, Metric.GRADIENT_NORM)) {
      assertThat(values(through, metric)).isEqualTo(values(clean, metric));
      assertThat(values(resumed, metric)).isEqualTo(values(clean, metric));
    }
    // two prompts a step: samples 1 2, 4 5, 7 8 of the spoiled data, counted from 0
    assertThat(values(through, Metric.DATA_SKIPPED)).containsExactly(1.0, 2.0, 3.0);
    assertThat(values(resumed, Metric.DATA_SKIPPED)).containsExactly(1.0, 2.0, 3.0);
    assertThat(log)
        .contains("(1 so far): sample missing: ")
        .contains("nowhere.png")
        .contains("(2 so far): sample long: the prompt of ")
        .contains("a completion of 3 do not fit into the model's context of 4096")
        .contains("(3 so far): sample broken: ")
        .contains("3 samples were left out in all");
  }

  @Test
  void fine_tuning_learns_from_the_good_samples_alone_before_and_behind_a_checkpoint() {
    List<StepReport> clean = new ArrayList<>();
    fineTune("clean", PreferenceDataset.of(GOOD), clean::add);
    List<StepReport> resumed = new ArrayList<>();
    assertThatThrownBy(() -> fineTune("b", spoiled(), stopping(resumed))).hasMessage("stopped");
    fineTune("b", spoiled(), resumed::add);

    assertThat(values(resumed, Metric.SFT_LOSS)).isEqualTo(values(clean, Metric.SFT_LOSS));
    assertThat(values(clean, Metric.DATA_SKIPPED)).containsExactly(0.0, 0.0, 0.0);
    assertThat(values(resumed, Metric.DATA_SKIPPED)).containsExactly(1.0, 2.0, 3.0);
  }

  @Test
  void a_strict_run_ends_at_the_first() {
    assertThatThrownBy(
            () -> reinforce("a", spoiled(), rl().badData(BadData.STRICT).build(), report -> {}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("sample missing: ")
        .hasMessageContaining("nowhere.png");
  }

  @Test
  void data_that_hold_nothing_usable_end_the_run() {
    PreferenceDataset data =
        PreferenceDataset.of(List.of(bad("long", "which colour ".repeat(4096), null)));
    assertThatThrownBy(() -> reinforce("a", data, rl().build(), report -> {}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("11 samples up to the data's sample 11 cannot be used, at most 10");
  }
}
