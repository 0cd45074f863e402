package io.r1reward.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.InvalidInputException;
import io.r1reward.train.metrics.StepReport;
import io.r1reward.train.model.Lora;
import io.r1reward.train.optim.LearningRateSchedule;
import io.r1reward.train.reward.Rewards;
import io.r1reward.train.rl.Algorithm;
import io.r1reward.train.rl.RlSettings;
import io.r1reward.train.sft.SftSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trainer is what its builder was when it was built. */
class BuiltTrainerTest {
  @TempDir Path folder;

  private static RlSettings rl(long iterations) {
    return RlSettings.paper(iterations)
        .rollouts(2, 1)
        .train(2, 1)
        .maxNewTokens(2)
        .schedule(LearningRateSchedule.constant(1e-4))
        .build();
  }

  private static SftSettings sft(long steps) {
    return SftSettings.builder(steps).batch(1).build();
  }

  /** Changes what every builder has. */
  private <B extends TrainerBuilder<B>> void change(B builder, List<StepReport> late) {
    builder.policy(folder.resolve("nowhere")).run(folder.resolve("other"));
    builder.device("nonsense").adapter(folder.resolve("no-adapter")).maxPixels(-1);
    builder.bfloat16(true).threads(-3).listener(late::add);
  }

  @Test
  void reinforcement_does_not_follow_its_builder() {
    List<StepReport> early = new ArrayList<>();
    List<StepReport> late = new ArrayList<>();
    StableReinforce.Builder builder =
        StableReinforce.builder()
            .policy(TinyTask.CHECKPOINT)
            .run(folder.resolve("run"))
            .device("cpu")
            .threads(1)
            .settings(rl(1))
            .reward(Rewards.result(input -> 1))
            .listener(early::add);
    StableReinforce trainer = builder.build();
    change(builder, late);
    builder.settings(rl(7)).algorithm(Algorithm.grpo()).reward(Rewards.result(input -> 0 / 0.0));

    TrainingRun run = trainer.fit(TinyTask.data());
    assertThat(run.state().step()).isEqualTo(1);
    assertThat(run.checkpoint()).isEqualTo(folder.resolve("run/judge"));
    assertThat(run.state().settings())
        .containsEntry("algorithm", Algorithm.stableReinforce().name())
        .containsEntry("bfloat16", "false");
    assertThat(early).hasSize(1);
    assertThat(late).isEmpty();
  }

  @Test
  void fine_tuning_does_not_follow_its_builder() {
    List<StepReport> late = new ArrayList<>();
    SupervisedFineTuning.Builder builder =
        SupervisedFineTuning.builder()
            .policy(TinyTask.CHECKPOINT)
            .run(folder.resolve("run"))
            .device("cpu")
            .threads(1)
            .settings(sft(1));
    SupervisedFineTuning trainer = builder.build();
    change(builder, late);
    builder.settings(sft(7));

    TrainingRun run = trainer.fit(TinyTask.data());
    assertThat(run.state().step()).isEqualTo(1);
    assertThat(run.checkpoint()).isEqualTo(folder.resolve("run/judge"));
    assertThat(late).isEmpty();
  }

  @Test
  void what_cannot_fit_into_memory_is_refused_before_anything_is_loaded() {
    // inputs and outputs of a layer's projections: 2 · 192 + 2 · 128 + 3 · 232 = 1,336; with 2
    // layers
    // and rank 1e8 they are 2.7e11 values of 16 bytes, 3.9 TiB
    Lora huge = Lora.rank(100_000_000);
    assertThatThrownBy(
            () ->
                StableReinforce.builder()
                    .policy(TinyTask.CHECKPOINT)
                    .run(folder)
                    .device("cpu")
                    .lora(huge)
                    .build()
                    .fit(TinyTask.data()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("for weights, gradients and optimiser, this machine has ")
        .hasMessageContaining("rollout cache 0.0");
    assertThatThrownBy(
            () ->
                SupervisedFineTuning.builder()
                    .policy(TinyTask.CHECKPOINT)
                    .run(folder)
                    .device("cpu")
                    .lora(huge)
                    .settings(SftSettings.builder(1).build())
                    .build()
                    .fit(TinyTask.data()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("for weights, gradients and optimiser, this machine has ");
  }
}
