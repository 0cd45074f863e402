package io.r1reward.examples.bench;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.r1reward.PreferencePair;
import io.r1reward.Preferred;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Prompt;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.encode.MicroBatches;
import io.r1reward.train.metrics.StepReport;
import io.r1reward.train.model.NetworkOptimiser;
import io.r1reward.train.model.Parameter;
import io.r1reward.train.model.PolicyNetwork;
import io.r1reward.train.model.TrainingRow;
import io.r1reward.train.parallel.Replicas;
import io.r1reward.train.policy.EngineSampler;
import io.r1reward.train.policy.PolicySampler;
import io.r1reward.train.reward.RewardBreakdown;
import io.r1reward.train.reward.RewardInput;
import io.r1reward.train.rl.Algorithm;
import io.r1reward.train.rl.PolicyUpdate;
import io.r1reward.train.rl.RlSettings;
import io.r1reward.train.rl.Rollout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The steps of training that are measured, on one network. Not thread-safe. */
final class TrainingWork {
  /** Small, so that the weights stay about what they were. */
  private static final double RATE = 1e-7;

  private final PolicyNetwork network;
  private final NetworkOptimiser optimiser;
  private final ImmutableList<Prompt> prompts;
  private final int newTokens;
  private final int tokenBudget;
  private final PolicySampler sampler;
  private List<Rollout> rollouts = List.of();

  /** Over a network and its optimiser, which stay the caller's. */
  TrainingWork(
      PolicyNetwork network,
      NetworkOptimiser optimiser,
      List<Prompt> prompts,
      int newTokens,
      int tokenBudget,
      int threads) {
    this.network = network;
    this.optimiser = optimiser;
    this.prompts = ImmutableList.copyOf(prompts);
    this.newTokens = newTokens;
    this.tokenBudget = tokenBudget;
    this.sampler = new EngineSampler(prompts.size(), threads);
  }

  /** A step of supervised fine-tuning on completions of as many tokens as the rollouts have. */
  void fineTune() {
    List<TrainingRow> rows = new ArrayList<>();
    for (Prompt prompt : prompts) {
      rows.add(TrainingRow.of(prompt, Arrays.copyOf(prompt.tokens(), newTokens)));
    }
    double targets = rows.stream().mapToInt(TrainingRow::targets).sum();
    for (int[] group : MicroBatches.group(rows, tokenBudget)) {
      network.accumulate(
          Arrays.stream(group).mapToObj(rows::get).toList(),
          logs ->
              Arrays.stream(logs)
                  .map(row -> Arrays.stream(row).map(value -> -1 / targets).toArray())
                  .toArray(double[][]::new),
          0);
    }
    optimiser.step(RATE);
    settle();
  }

  /** Waits for the device, by reading the smallest of what it changes last. */
  private void settle() {
    network.values(
        network.trainable().stream()
            .min(Comparator.comparingLong(Parameter::elements))
            .orElseThrow());
  }

  /** Asks for one completion of each prompt; none ends at a token. */
  void rollOut(long seed) {
    Decoding decoding = new Decoding(1, 0, 1, 0, 1, newTokens, ImmutableSet.of());
    List<Completion> completions =
        sampler.sample(network, GenerationRequest.of(prompts, 1, decoding, seed));
    ImmutableList.Builder<Rollout> scored = ImmutableList.builder();
    for (Completion completion : completions) {
      int i = completion.prompt();
      double reward = i % 2;
      scored.add(
          new Rollout(
              i,
              TrainingRow.of(prompts.get(i), completion.tokens()),
              completion,
              input(completion),
              new RewardBreakdown(reward, ImmutableMap.of("result", reward))));
    }
    rollouts = scored.build();
  }

  private static RewardInput input(Completion completion) {
    PreferencePair pair = PreferencePair.builder().question("?").first("one").second("two").build();
    return new RewardInput(
        PreferenceSample.of(Integer.toString(completion.prompt()), pair, Preferred.FIRST),
        "",
        Preferred.UNDECIDED,
        completion.tokens().length,
        completion.finishReason());
  }

  /**
   * What StableReinforce makes of the last rollouts: log-probabilities before the update,
   * advantages, and one optimiser step over all of them.
   */
  void update() {
    RlSettings settings =
        RlSettings.paper(1)
            .rollouts(prompts.size(), 1)
            .train(prompts.size(), 1)
            .schedule(step -> RATE)
            .tokenBudget(tokenBudget)
            .build();
    new PolicyUpdate(Replicas.of(network), null, Algorithm.stableReinforce(), settings, optimiser)
        .run(rollouts, 1, 0, 0, 0, StepReport.builder(1), skipped -> {});
    settle();
  }
}
