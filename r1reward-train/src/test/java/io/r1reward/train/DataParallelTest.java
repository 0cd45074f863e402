package io.r1reward.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.r1reward.InvalidInputException;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.model.ModelTensors;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.safetensors.MappedTensor;
import io.r1reward.train.loss.LossAggregation;
import io.r1reward.train.metrics.Metric;
import io.r1reward.train.metrics.StepReport;
import io.r1reward.train.model.Lora;
import io.r1reward.train.optim.AdamWSettings;
import io.r1reward.train.optim.LearningRateSchedule;
import io.r1reward.train.reward.Rewards;
import io.r1reward.train.rl.Algorithm;
import io.r1reward.train.rl.RlSettings;
import io.r1reward.train.sft.SftSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas on the CPU, against one network that does all the work. */
class DataParallelTest {
  @TempDir Path folder;

  /**
   * Adam divides a gradient by its own size, which would make a step of the whole rate of a
   * rounding error. With so large an ε the step is the gradient times rate / ε.
   */
  private static final AdamWSettings LINEAR =
      new AdamWSettings(0.9, 0.95, 1e4, 0, Double.POSITIVE_INFINITY);

  private static final double RATE = 100;

  private static final Rewards LENGTHS =
      Rewards.result(input -> input.completion().chars().filter(c -> c == 'e').count() + 0.1);

  private <B extends TrainerBuilder<B>> B tiny(B builder, String run, String... devices) {
    return builder
        .policy(TinyTask.CHECKPOINT)
        .run(folder.resolve(run))
        .devices(devices)
        .threads(1)
        .exportType(DType.F32);
  }

  private static SftSettings sft(long steps) {
    return SftSettings.builder(steps)
        .batch(6)
        .tokenBudget(4000)
        .optimiser(LINEAR)
        .schedule(LearningRateSchedule.constant(RATE))
        .build();
  }

  private static RlSettings rl(long iterations) {
    return RlSettings.paper(iterations)
        .rollouts(3, 3)
        .train(9, 1)
        .maxNewTokens(6)
        .tokenBudget(4000)
        .optimiser(LINEAR)
        .schedule(LearningRateSchedule.constant(RATE))
        .build();
  }

  /** Compares weights and how far they have come; returns the largest way. */
  private static double assertSameWeights(Path one, Path two) {
    double moved = 0;
    try (Checkpoint start = Checkpoint.open(TinyTask.CHECKPOINT);
        Checkpoint expected = Checkpoint.open(one);
        Checkpoint actual = Checkpoint.open(two)) {
      for (String name : ModelTensors.shapes(start.config()).keySet()) {
        float[] begin = start.require(name).toFloats();
        float[] a = floats(expected, name);
        float[] b = floats(actual, name);
        double difference = 0;
        double way = 0;
        for (int i = 0; i < a.length; i++) {
          difference += Math.pow(a[i] - b[i], 2);
          way += Math.pow(a[i] - begin[i], 2);
        }
        // float32 sums in another order: the way of a parameter agrees to about 1e-5 of its length
        assertThat(Math.sqrt(difference))
            .as(name)
            .isLessThanOrEqualTo(1e-4 * Math.sqrt(way) + 1e-6);
        moved = Math.max(moved, Math.sqrt(way));
      }
    }
    return moved;
  }

  private static float[] floats(Checkpoint checkpoint, String name) {
    MappedTensor tensor = checkpoint.require(name);
    return tensor.toFloats();
  }

  @Test
  void supervised_steps_on_two_replicas_are_those_of_one_with_the_double_batch() {
    List<StepReport> one = new ArrayList<>();
    List<StepReport> two = new ArrayList<>();
    TrainingRun alone =
        tiny(SupervisedFineTuning.builder(), "one", "cpu")
            .settings(sft(2))
            .listener(one::add)
            .build()
            .fit(TinyTask.data());
    TrainingRun shared =
        tiny(SupervisedFineTuning.builder(), "two", "cpu", "cpu")
            .settings(sft(2))
            .listener(two::add)
            .build()
            .fit(TinyTask.data());

    assertThat(assertSameWeights(alone.checkpoint(), shared.checkpoint())).isGreaterThan(1e-2);
    for (int i = 0; i < 2; i++) {
      for (Metric metric : List.of(Metric.SFT_LOSS, Metric.GRADIENT_NORM)) {
        double expected = one.get(i).value(metric);
        assertThat(two.get(i).value(metric))
            .as("%s of step %d", metric, i + 1)
            .isCloseTo(expected, within(1e-5 * expected));
      }
    }
  }

  @Test
  void rollouts_and_updates_on_three_replicas_are_those_of_one() {
    for (LossAggregation aggregation :
        List.of(LossAggregation.sequenceMean(), LossAggregation.tokenMean())) {
      Algorithm algorithm = Algorithm.grpo().aggregation(aggregation);
      List<StepReport> one = new ArrayList<>();
      List<StepReport> three = new ArrayList<>();
      String name = "run-" + System.identityHashCode(aggregation);
      TrainingRun alone =
          tiny(StableReinforce.builder(), name + "-1", "cpu")
              .algorithm(algorithm)
              .reward(LENGTHS)
              .settings(rl(2))
              .listener(one::add)
              .build()
              .fit(TinyTask.data());
      TrainingRun shared =
          tiny(StableReinforce.builder(), name + "-3", "cpu", "cpu", "cpu")
              .algorithm(algorithm)
              .reward(LENGTHS)
              .settings(rl(2))
              .listener(three::add)
              .build()
              .fit(TinyTask.data());

      assertThat(assertSameWeights(alone.checkpoint(), shared.checkpoint())).isGreaterThan(1e-3);
      assertThat(three.get(0).samples()).isEqualTo(one.get(0).samples());
      for (Metric metric : List.of(Metric.REWARD, Metric.RESPONSE_LENGTH, Metric.LOSS)) {
        assertThat(three.get(1).value(metric))
            .as(metric.key())
            .isCloseTo(one.get(1).value(metric), within(1e-4));
      }
    }
  }

  @Test
  void adapters_in_bfloat16_with_the_optimiser_in_host_memory_train_on_two_replicas() {
    List<StepReport> reports = new ArrayList<>();
    TrainingRun run =
        tiny(SupervisedFineTuning.builder(), "lora", "cpu", "cpu")
            .lora(Lora.rank(4))
            .bfloat16(true)
            .offloadOptimiser(true)
            .settings(
                SftSettings.builder(8)
                    .batch(4)
                    .schedule(LearningRateSchedule.constant(2e-2))
                    .build())
            .listener(reports::add)
            .build()
            .fit(TinyTask.data());
    assertThat(reports.get(7).value(Metric.SFT_LOSS))
        .isLessThan(reports.get(0).value(Metric.SFT_LOSS) - 0.2);
    assertThat(run.state().step()).isEqualTo(8);

    // goes on from the adapters: the first loss is about the last one
    List<StepReport> more = new ArrayList<>();
    tiny(SupervisedFineTuning.builder(), "more", "cpu")
        .adapter(Objects.requireNonNull(run.adapter()))
        .settings(
            SftSettings.builder(1).batch(4).schedule(LearningRateSchedule.constant(1e-6)).build())
        .listener(more::add)
        .build()
        .fit(TinyTask.data());
    assertThat(more.get(0).value(Metric.SFT_LOSS))
        .isLessThan(reports.get(0).value(Metric.SFT_LOSS) - 0.2);
  }

  @Test
  void devices_that_are_not_there_or_none_are_refused() {
    assertThatThrownBy(
            () ->
                tiny(SupervisedFineTuning.builder(), "a", "cpu", "cuda:99")
                    .settings(sft(1))
                    .build()
                    .fit(TinyTask.data()))
        .hasMessageContaining("device cuda:99 is not there");
    assertThatThrownBy(
            () ->
                tiny(SupervisedFineTuning.builder(), "b")
                    .settings(sft(1))
                    .build()
                    .fit(TinyTask.data()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("training needs at least 1 device, got 0");
    assertThatThrownBy(
            () -> tiny(SupervisedFineTuning.builder(), "c", "cpu").build().fit(TinyTask.data()))
        .hasMessage("training needs a number of steps (settings), none was given");
  }
}
