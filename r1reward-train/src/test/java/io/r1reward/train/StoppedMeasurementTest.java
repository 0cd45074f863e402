package io.r1reward.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.CancelledException;
import io.r1reward.FinishReason;
import io.r1reward.core.generate.Completion;
import io.r1reward.train.metrics.Metric;
import io.r1reward.train.metrics.StepReport;
import io.r1reward.train.policy.EngineSampler;
import io.r1reward.train.policy.PolicySampler;
import io.r1reward.train.reward.Rewards;
import io.r1reward.train.rl.RlSettings;
import io.r1reward.train.run.RunCheckpoints;
import io.r1reward.train.sft.SftSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a generator gives that is closed while it works: completions that end where they are. */
class StoppedMeasurementTest {
  private static final PolicySampler ENGINE = new EngineSampler(8, 1);

  @TempDir Path folder;

  /** A sampler whose greedy judgements, or the others, are cut after one token. */
  private static PolicySampler cutting(boolean greedy) {
    return (network, request) ->
        ENGINE.sample(network, request).stream()
            .map(whole -> request.decoding().isGreedy() == greedy ? cut(whole) : whole)
            .toList();
  }

  private static Completion cut(Completion whole) {
    return new Completion(
        whole.prompt(),
        whole.sample(),
        Arrays.copyOf(whole.tokens(), 1),
        Arrays.copyOf(whole.logProbabilities(), 1),
        Arrays.copyOf(whole.watchedLogProbabilities(), 1),
        FinishReason.CANCELLED);
  }

  private StableReinforce.Builder reinforce(List<StepReport> reports) {
    return StableReinforce.builder()
        .policy(TinyTask.CHECKPOINT)
        .run(folder)
        .device("cpu")
        .threads(1)
        .settings(
            RlSettings.paper(2)
                .rollouts(2, 2)
                .train(4, 1)
                .maxNewTokens(4)
                .tokenBudget(2500)
                .evaluateEvery(2)
                .checkpoints(1, 3)
                .build())
        .reward(Rewards.result(input -> input.completion().length()))
        .heldOut(TinyTask.SCENES.heldOut(1, 3))
        .listener(reports::add);
  }

  private List<RunCheckpoints.Saved> saved() {
    return new RunCheckpoints(folder.resolve("checkpoints"), 3).all();
  }

  @Test
  void measurement_that_was_cut_short_is_neither_told_nor_stored() {
    List<StepReport> reports = new ArrayList<>();
    assertThatThrownBy(() -> reinforce(reports).sampler(cutting(true)).build().fit(TinyTask.data()))
        .isInstanceOf(CancelledException.class)
        .hasMessage(
            "the measurement on 3 held-out pairs was stopped: 3 of 3 completions were cut short, so"
                + " it counts for nothing");
    assertThat(reports).extracting(StepReport::step).containsExactly(1L);
    assertThat(saved()).hasSize(1);
    assertThat(saved().get(0).state().score()).isNaN();

    // the same run again: step 2 is done once more and measured whole
    reinforce(reports).sampler(ENGINE).build().fit(TinyTask.data());
    assertThat(reports).extracting(StepReport::step).containsExactly(1L, 2L);
    assertThat(reports.get(1).value(Metric.HELD_OUT_LENGTH)).isGreaterThan(1);
    assertThat(saved().get(1).state().score()).isFinite();
  }

  @Test
  void rollouts_that_were_cut_short_are_not_learnt_from() {
    List<StepReport> reports = new ArrayList<>();
    assertThatThrownBy(
            () -> reinforce(reports).sampler(cutting(false)).build().fit(TinyTask.data()))
        .isInstanceOf(CancelledException.class)
        .hasMessageStartingWith("a rollout of 2 x 2 judgements was stopped: 4 of 4 completions");
    assertThat(reports).isEmpty();
    assertThat(saved()).isEmpty();
  }

  @Test
  void measurement_of_fine_tuning_that_was_cut_short_is_neither_told_nor_stored() {
    List<StepReport> reports = new ArrayList<>();
    assertThatThrownBy(
            () ->
                SupervisedFineTuning.builder()
                    .policy(TinyTask.CHECKPOINT)
                    .run(folder)
                    .device("cpu")
                    .threads(1)
                    .settings(SftSettings.builder(1).batch(1).build())
                    .heldOut(TinyTask.SCENES.heldOut(1, 3))
                    .sampler(cutting(true))
                    .listener(reports::add)
                    .build()
                    .fit(TinyTask.data()))
        .isInstanceOf(CancelledException.class)
        .hasMessageContaining("3 of 3 completions were cut short");
    assertThat(reports).isEmpty();
    assertThat(saved()).isEmpty();
  }
}
