package io.r1reward.train.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.collect.ImmutableList;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.protocol.R1RewardProtocol;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.testing.TestDevice;
import io.r1reward.train.TinyTask;
import io.r1reward.train.encode.SampleEncoder;
import io.r1reward.train.metrics.Metric;
import io.r1reward.train.metrics.StepReport;
import io.r1reward.train.metrics.TrainingListener;
import io.r1reward.train.model.NetworkFiles;
import io.r1reward.train.model.NetworkSettings;
import io.r1reward.train.model.PolicyNetwork;
import io.r1reward.train.model.TrainingRow;
import io.r1reward.train.optim.LearningRateSchedule;
import io.r1reward.train.policy.EngineSampler;
import io.r1reward.train.policy.HeldOut;
import io.r1reward.train.run.RunState;
import io.r1reward.train.run.TrainingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisedTrainerTest {
  @TempDir Path folder;

  private static final NetworkSettings ON_CPU =
      NetworkSettings.builder().device(TestDevice.NAME).threads(1).build();

  private static SftSettings.Builder settings(long steps, double rate) {
    return SftSettings.builder(steps)
        .batch(4)
        .tokenBudget(1500)
        .schedule(LearningRateSchedule.constant(rate));
  }

  private interface Use<T> {
    T with(PolicyNetwork network, SampleEncoder encoder);
  }

  private static <T> T fresh(Use<T> use) {
    try (Checkpoint checkpoint = Checkpoint.open(TinyTask.CHECKPOINT);
        SampleEncoder encoder = SampleEncoder.open(TinyTask.CHECKPOINT, R1RewardProtocol.create());
        PolicyNetwork network = PolicyNetwork.load(checkpoint, ON_CPU, 0)) {
      return use.with(network, encoder);
    }
  }

  private RunState fit(
      PolicyNetwork network,
      SampleEncoder encoder,
      SftSettings settings,
      String run,
      TrainingListener listener) {
    return new SupervisedTrainer(
            network, encoder, settings, folder.resolve(run), List.of(listener), null)
        .fit(TinyTask.data());
  }

  @Test
  void loss_falls_and_the_exported_judge_computes_the_same() {
    List<StepReport> reports = new ArrayList<>();
    Path exported = folder.resolve("judge");
    double[][] values =
        fresh(
            (network, encoder) -> {
              fit(network, encoder, settings(12, 3e-3).build(), "run", reports::add);
              NetworkFiles.export(network, TinyTask.CHECKPOINT, exported, DType.F32, 501_760);
              return network.logProbabilities(probe(encoder));
            });
    double first = reports.get(0).value(Metric.SFT_LOSS);
    double last = reports.get(11).value(Metric.SFT_LOSS);
    // a random model is worse than uniform, ln 960 = 6.9; a few steps learn the frequent tokens
    assertThat(first).isGreaterThan(Math.log(960));
    assertThat(last).isLessThan(first - 1);
    assertThat(reports.get(11).value(Metric.GRADIENT_NORM)).isPositive();

    try (Checkpoint checkpoint = Checkpoint.open(exported);
        SampleEncoder encoder = SampleEncoder.open(exported, R1RewardProtocol.create());
        PolicyNetwork network = PolicyNetwork.load(checkpoint, ON_CPU, 0)) {
      assertThat(network.logProbabilities(probe(encoder))).isDeepEqualTo(values);
      // asked as it was trained, though its base allows 12.8 million
      assertThat(checkpoint.preprocessor().maxPixels()).isEqualTo(501_760);
    }
  }

  private static List<TrainingRow> probe(SampleEncoder encoder) {
    return TinyTask.SCENES.heldOut(1, 2).open().map(encoder::judgementRow).toList();
  }

  @Test
  void run_that_was_stopped_goes_on_with_the_same_losses() {
    SftSettings settings = settings(6, 1e-3).checkpoints(2, 1).build();
    List<Double> through = new ArrayList<>();
    List<Double> resumed = new ArrayList<>();
    fresh(
        (network, encoder) ->
            fit(network, encoder, settings, "a", r -> through.add(r.value(Metric.SFT_LOSS))));
    assertThatThrownBy(
            () ->
                fresh(
                    (network, encoder) ->
                        fit(
                            network,
                            encoder,
                            settings,
                            "b",
                            r -> {
                              if (r.step() == 4) {
                                throw new IllegalStateException("stopped");
                              }
                              resumed.add(r.value(Metric.SFT_LOSS));
                            })))
        .hasMessage("stopped");
    assertThat(resumed).hasSize(3);
    List<Long> steps = new ArrayList<>();
    fresh(
        (network, encoder) ->
            fit(
                network,
                encoder,
                settings,
                "b",
                r -> {
                  steps.add(r.step());
                  resumed.add(r.value(Metric.SFT_LOSS));
                }));
    // the checkpoint of step 2 is the newest; step 3 is done again
    assertThat(steps).containsExactly(3L, 4L, 5L, 6L);
    assertThat(resumed.subList(0, 3)).isEqualTo(through.subList(0, 3));
    assertThat(resumed.subList(3, 7)).isEqualTo(through.subList(2, 6));
  }

  @Test
  void too_many_steps_without_a_finite_gradient_end_the_run() {
    assertThatThrownBy(
            () ->
                fresh(
                    (network, encoder) -> {
                      float[] poisoned = network.values(network.trainable().get(0));
                      poisoned[poisoned.length - 1] = Float.NaN;
                      network.set(network.trainable().get(0), poisoned);
                      return fit(
                          network,
                          encoder,
                          settings(9, 1e-3).maxSkippedInARow(2).build(),
                          "c",
                          r -> {});
                    }))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("3 steps in a row up to step 3")
        .hasMessageContaining("last good checkpoint: none");
  }

  @Test
  void held_out_pairs_are_judged_with_the_judging_engine() {
    fresh(
        (network, encoder) -> {
          HeldOut heldOut =
              new HeldOut(
                  ImmutableList.copyOf(TinyTask.SCENES.heldOut(1, 3).open().toList()),
                  encoder,
                  new EngineSampler(4, 1),
                  8);
          HeldOut.Result result = heldOut.measure(network);
          assertThat(result.texts()).hasSize(3);
          assertThat(result.length()).isBetween(1.0, 8.0);
          assertThat(result.format()).isCloseTo(0, within(1e-12));
          return result;
        });
  }
}
