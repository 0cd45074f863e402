package io.r1reward.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.collect.Lists;
import io.r1reward.InvalidInputException;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.UniformStream;
import io.r1reward.core.testing.Warnings;
import io.r1reward.train.advantage.Advantages;
import io.r1reward.train.advantage.KlEstimator;
import io.r1reward.train.loss.LossStatistics;
import io.r1reward.train.loss.PolicyLossResult;
import io.r1reward.train.metrics.Metric;
import io.r1reward.train.metrics.StepReport;
import io.r1reward.train.model.Lora;
import io.r1reward.train.optim.LearningRateSchedule;
import io.r1reward.train.policy.EngineSampler;
import io.r1reward.train.policy.PolicySampler;
import io.r1reward.train.reward.Rewards;
import io.r1reward.train.rl.Algorithm;
import io.r1reward.train.rl.NonFiniteRewards;
import io.r1reward.train.rl.RlSettings;
import io.r1reward.train.run.TrainingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StableReinforceTest {
  @TempDir Path folder;

  /** Share of the completion's characters that are the letter e: easy to see and to learn. */
  private static final Rewards LETTERS =
      Rewards.result(
          input -> {
            String text = input.completion();
            long hits = text.chars().filter(c -> c == 'e').count();
            return (double) hits / Math.max(1, text.length());
          });

  private static RlSettings.Builder small(long iterations, double rate) {
    return RlSettings.paper(iterations)
        .rollouts(4, 4)
        .train(8, 2)
        .maxNewTokens(6)
        .tokenBudget(2500)
        .schedule(LearningRateSchedule.constant(rate));
  }

  private StableReinforce.Builder trainer(String run, RlSettings settings) {
    return StableReinforce.builder()
        .policy(TinyTask.CHECKPOINT)
        .run(folder.resolve(run))
        .device("cpu")
        .threads(1)
        .settings(settings)
        .reward(LETTERS);
  }

  @Test
  void ratio_is_one_before_the_policy_has_moved() {
    List<StepReport> reports = new ArrayList<>();
    // all 16 rollouts in one optimiser step
    trainer("b", small(1, 3e-3).train(16, 1).build())
        .listener(reports::add)
        .build()
        .fit(TinyTask.data());
    assertThat(reports.get(0).value(Metric.RATIO)).isCloseTo(1, within(1e-6));
  }

  @Test
  void reward_rises_and_every_step_tells_what_happened() {
    List<StepReport> reports = new ArrayList<>();
    TrainingRun run =
        trainer("a", small(10, 3e-3).build()).listener(reports::add).build().fit(TinyTask.data());

    assertThat(reports).hasSize(10);
    double early = reports.subList(0, 2).stream().mapToDouble(r -> r.value(Metric.REWARD)).sum();
    double late = reports.subList(8, 10).stream().mapToDouble(r -> r.value(Metric.REWARD)).sum();
    assertThat(late).isGreaterThan(early + 0.05);
    StepReport first = reports.get(0);
    // sampler and trainer are two programs for one model
    assertThat(first.value(Metric.LOGPROB_GAP_MAX)).isLessThan(1e-3);
    assertThat(first.value(Metric.GRADIENT_NORM)).isPositive();
    assertThat(first.value(Metric.RESPONSE_LENGTH)).isBetween(1.0, 6.0);
    assertThat(first.value(Metric.RATIO)).isPositive();
    assertThat(first.samples()).hasSize(2);
    assertThat(run.state().step()).isEqualTo(10);
    try (Checkpoint judge = Checkpoint.open(run.checkpoint())) {
      assertThat(judge.config().tieWordEmbeddings()).isTrue();
    }
  }

  @Test
  void run_that_was_stopped_goes_on_with_the_same_metrics() {
    RlSettings settings = small(3, 1e-3).checkpoints(1, 1).build();
    Algorithm algorithm = Algorithm.stableReinforce().klInReward(0.1, KlEstimator.K3);
    List<StepReport> through = new ArrayList<>();
    trainer("a", settings).algorithm(algorithm).listener(through::add).build().fit(TinyTask.data());
    List<StepReport> resumed = new ArrayList<>();
    assertThatThrownBy(
            () ->
                trainer("b", settings)
                    .algorithm(algorithm)
                    .listener(
                        report -> {
                          if (report.step() == 3) {
                            throw new IllegalStateException("stopped");
                          }
                          resumed.add(report);
                        })
                    .build()
                    .fit(TinyTask.data()))
        .hasMessage("stopped");
    trainer("b", settings).algorithm(algorithm).listener(resumed::add).build().fit(TinyTask.data());

    assertThat(resumed.stream().map(StepReport::step)).containsExactly(1L, 2L, 3L);
    assertThat(through.get(2).value(Metric.KL)).isPositive();
    for (int i = 0; i < 3; i++) {
      for (Metric metric :
          List.of(Metric.REWARD, Metric.LOSS, Metric.KL, Metric.GRADIENT_NORM, Metric.ENTROPY)) {
        assertThat(resumed.get(i).value(metric))
            .as("%s of step %d", metric, i + 1)
            .isEqualTo(through.get(i).value(metric));
      }
    }
    assertThatThrownBy(
            () ->
                trainer("b", small(3, 1e-3).seed(5).build())
                    .algorithm(algorithm)
                    .build()
                    .fit(TinyTask.data()))
        .hasMessageContaining("cannot resume with other settings")
        .hasMessageContaining("seed=0 in the checkpoint, 5 now");
    assertThatThrownBy(
            () ->
                trainer("b", settings)
                    .algorithm(algorithm)
                    .build()
                    .fit(TinyTask.SCENES.training(2)))
        .hasMessageContaining("cannot resume with another data set");
  }

  @Test
  void every_published_algorithm_runs() {
    for (Algorithm algorithm :
        List.of(
            Algorithm.stableReinforceReleased(),
            Algorithm.reinforcePlusPlus(),
            Algorithm.reinforcePlusPlusBaseline(),
            Algorithm.rloo(),
            Algorithm.grpo(),
            Algorithm.drGrpo(6),
            Algorithm.dapo(),
            Algorithm.ppoClip())) {
      List<StepReport> reports = new ArrayList<>();
      trainer(algorithm.name(), small(1, 1e-4).rollouts(2, 3).build())
          .algorithm(algorithm)
          .lora(Lora.rank(2))
          .listener(reports::add)
          .build()
          .fit(TinyTask.data());
      assertThat(reports.get(0).value(Metric.LOSS)).as(algorithm.name()).isFinite();
      assertThat(reports.get(0).value(Metric.GRADIENT_NORM)).as(algorithm.name()).isPositive();
    }
  }

  @Test
  void loss_that_is_not_finite_changes_nothing_and_ends_the_run_after_a_while() {
    RlSettings settings = small(2, 1e-3).maxSkippedInARow(3).build();
    assertThatThrownBy(
            () ->
                trainer("a", settings)
                    .loss(
                        batch ->
                            new PolicyLossResult(Double.NaN, batch.weights(), LossStatistics.EMPTY))
                    .build()
                    .fit(TinyTask.data()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("4 steps in a row up to step 1 had a non-finite loss or gradient");
  }

  /** Prompts that repeat draw each their own numbers, and the same in every run. */
  @Test
  void same_prompt_again_and_again_is_judged_anew() {
    List<List<Double>> draws = new ArrayList<>();
    List<List<String>> texts = new ArrayList<>();
    for (String run : List.of("a", "b")) {
      List<Double> first = new ArrayList<>();
      List<String> said = new ArrayList<>();
      PolicySampler engine = new EngineSampler(16, 1);
      trainer(run, small(2, 0).build())
          .sampler(
              (network, request) -> {
                for (int i = 0; i < request.prompts().size(); i++) {
                  for (int k = 0; k < request.samples(); k++) {
                    Prompt prompt = request.prompts().get(i);
                    first.add(UniformStream.of(request.seedOf(i), prompt, k).next());
                  }
                }
                return engine.sample(network, request);
              })
          .reward(
              Rewards.result(
                  input -> {
                    said.add(input.completion());
                    return said.size();
                  }))
          .build()
          .fit(TinyTask.data().limit(1));
      draws.add(first);
      texts.add(said);
    }
    // one prompt, at 4 positions in each of 2 batches, 4 samples each
    assertThat(draws.get(0)).hasSize(2 * 16).doesNotHaveDuplicates();
    assertThat(draws.get(1)).isEqualTo(draws.get(0));
    // two of these short texts may be equal by chance, but not the four of two positions
    assertThat(Lists.partition(texts.get(0), 4)).hasSize(8).doesNotHaveDuplicates();
    assertThat(texts.get(1)).isEqualTo(texts.get(0));
  }

  @Test
  void algorithms_that_compare_samples_refuse_one_per_prompt() {
    for (Algorithm algorithm :
        List.of(
            Algorithm.grpo(),
            Algorithm.rloo(),
            Algorithm.dapo(),
            Algorithm.drGrpo(6),
            Algorithm.reinforcePlusPlusBaseline(),
            Algorithm.stableReinforce().dynamicSampling(true))) {
      StableReinforce.Builder one =
          trainer("a", small(1, 1e-3).rollouts(4, 1).build()).algorithm(algorithm);
      assertThatThrownBy(one::build)
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              algorithm.name()
                  + " compares the completions of a prompt with each other and needs at least 2"
                  + " samples per prompt (rollouts), got 1");
    }
    for (Algorithm algorithm :
        List.of(
            Algorithm.stableReinforce(),
            Algorithm.reinforcePlusPlus(),
            Algorithm.ppoClip(),
            Algorithm.stableReinforce().advantages(Advantages.releasedCode()))) {
      assertThat(trainer("a", small(1, 1e-3).rollouts(4, 1).build()).algorithm(algorithm).build())
          .isNotNull();
    }
  }

  @Test
  void iteration_without_a_signal_says_so_and_changes_nothing() {
    for (Algorithm algorithm : List.of(Algorithm.stableReinforce(), Algorithm.dapo())) {
      List<StepReport> reports = new ArrayList<>();
      String log =
          Warnings.of(
              () ->
                  trainer(algorithm.name(), small(2, 1e-2).rollouts(2, 2).build())
                      .algorithm(algorithm)
                      .reward(Rewards.result(input -> 0.7))
                      .listener(reports::add)
                      .build()
                      .fit(TinyTask.data()));
      assertThat(reports).hasSize(2);
      for (StepReport report : reports) {
        assertThat(report.value(Metric.STEPS)).isZero();
        assertThat(report.values().values()).allSatisfy(v -> assertThat(v).isFinite());
      }
      assertThat(log.lines().filter(line -> line.contains("no signal"))).hasSize(2);
      assertThat(log)
          .contains(
              algorithm.dynamicSampling()
                  ? "iteration 2: no signal, no rollout was left to learn from"
                  : "iteration 2: no signal, the advantages of all 4 rollouts are 0");
    }
  }

  /** Every fourth judgement, from the second on, gets a reward that is not finite. */
  private static Rewards faulty(double fault) {
    AtomicInteger calls = new AtomicInteger();
    return Rewards.result(input -> input.completion().length())
        .plus("odd", input -> calls.getAndIncrement() % 4 == 1 ? fault : 0, 1);
  }

  @Test
  void reward_that_is_not_finite_stops_the_run_and_names_function_sample_and_value() {
    for (double fault : new double[] {Double.NaN, Double.NEGATIVE_INFINITY}) {
      List<StepReport> reports = new ArrayList<>();
      assertThatThrownBy(
              () ->
                  trainer("nan", small(1, 1e-3).build())
                      .reward(faulty(fault))
                      .listener(reports::add)
                      .build()
                      .fit(TinyTask.data()))
          .isInstanceOf(TrainingException.class)
          .hasMessageStartingWith(
              "the reward function \"odd\" gave "
                  + fault
                  + " for a judgement of sample "
                  + TinyTask.data().limit(1).open().toList().get(0).id()
                  + "; a reward must be finite");
      assertThat(reports).isEmpty();
    }
    assertThatThrownBy(
            () ->
                trainer("sum", small(1, 1e-3).build())
                    .reward(Rewards.result(input -> 1).plus("a", input -> 1e300, Double.MAX_VALUE))
                    .build()
                    .fit(TinyTask.data()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("the weighted sum of the rewards {result=1.0, format=0.0, a=1.0E300}")
        .hasMessageContaining(" is Infinity for a judgement of sample ");
  }

  @Test
  void rollouts_whose_reward_is_not_finite_can_be_left_out() {
    List<StepReport> reports = new ArrayList<>();
    String log =
        Warnings.of(
            () ->
                trainer("a", small(1, 1e-3).nonFiniteRewards(NonFiniteRewards.LEAVE_OUT).build())
                    .reward(faulty(Double.NaN))
                    .listener(reports::add)
                    .build()
                    .fit(TinyTask.data()));
    StepReport report = reports.get(0);
    // 4 of the 16 judgements
    assertThat(report.value(Metric.LEFT_OUT)).isEqualTo(4);
    assertThat(report.value(Metric.GRADIENT_NORM)).isPositive();
    assertThat(report.values().values()).allSatisfy(v -> assertThat(v).isFinite());
    assertThat(log.lines().filter(line -> line.contains("the rollout is left out"))).hasSize(4);

    List<StepReport> none = new ArrayList<>();
    trainer("b", small(1, 1e-3).nonFiniteRewards(NonFiniteRewards.LEAVE_OUT).build())
        .reward(Rewards.result(input -> Double.NaN))
        .listener(none::add)
        .build()
        .fit(TinyTask.data());
    assertThat(none.get(0).value(Metric.LEFT_OUT)).isEqualTo(16);
    assertThat(none.get(0).value(Metric.STEPS)).isZero();
    assertThat(none.get(0).values().values()).allSatisfy(v -> assertThat(v).isFinite());
  }

  /** In float32 sampler and trainer are one policy at any temperature, whatever the adapters. */
  @Test
  void sampler_and_trainer_agree_at_another_temperature() {
    Algorithm kl = Algorithm.stableReinforce().klInReward(0.1, KlEstimator.K3);
    for (double temperature : new double[] {0.7, 1.6}) {
      List<StepReport> reports = new ArrayList<>();
      trainer("t" + temperature, small(2, 3e-3).temperature(temperature).train(16, 1).build())
          .algorithm(kl)
          .lora(Lora.rank(2))
          .listener(reports::add)
          .build()
          .fit(TinyTask.data());
      for (StepReport report : reports) {
        // what is left is rounding of float32: at temperature 1 on one side it is above 0.1
        assertThat(report.value(Metric.LOGPROB_GAP_MAX)).isLessThan(1e-3);
        assertThat(report.value(Metric.RATIO)).isCloseTo(1, within(1e-6));
      }
      // before the first update policy and reference are the same
      assertThat(reports.get(0).value(Metric.KL)).isCloseTo(0, within(1e-9));
      assertThat(reports.get(1).value(Metric.KL)).isPositive();
    }
  }

  @Test
  void names_what_is_missing() {
    assertThatThrownBy(() -> StableReinforce.builder().policy(folder).build().fit(TinyTask.data()))
        .hasMessage("training needs a run folder, none was given");
    assertThatThrownBy(() -> StableReinforce.builder().loss(b -> null).clipRange(0.1))
        .hasMessageContaining("belong to ClippedSurrogate");
    assertThat(Files.exists(folder.resolve("checkpoints"))).isFalse();
  }
}
