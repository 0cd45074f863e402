package io.r1reward.train.rl;

import com.google.common.collect.ImmutableList;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Prompt;
import io.r1reward.train.encode.EncodedSample;
import io.r1reward.train.encode.SampleEncoder;
import io.r1reward.train.model.OutOfMemory;
import io.r1reward.train.model.PolicyNetwork;
import io.r1reward.train.model.TrainingRow;
import io.r1reward.train.policy.PolicySampler;
import io.r1reward.train.policy.WholeCompletions;
import io.r1reward.train.reward.RewardBreakdown;
import io.r1reward.train.reward.RewardInput;
import io.r1reward.train.reward.Rewards;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets the policy judge and scores what it says. Not thread-safe.
 *
 * @param encoder of the policy's checkpoint
 * @param sampler of the policy
 * @param rewards what a judgement is worth
 */
public record RolloutCollector(SampleEncoder encoder, PolicySampler sampler, Rewards rewards) {

  /**
   * Samples and scores judgements, prompt by prompt.
   *
   * @param samples the pairs with their prompts, one group each
   * @param perPrompt judgements of each
   * @param firstGroup number of the first group
   * @param seed of the draws, with the position of a pair: one that comes twice is judged anew
   * @param nonFinite what becomes of a rollout whose reward is not finite
   * @throws io.r1reward.CancelledException if a stop cut judgements short
   * @throws io.r1reward.train.run.TrainingException if a reward is not finite and the run is to
   *     stop, naming function, sample and value
   */
  public List<Rollout> collect(
      PolicyNetwork network,
      List<EncodedSample<Prompt>> samples,
      int perPrompt,
      int firstGroup,
      double temperature,
      int maxNewTokens,
      long seed,
      NonFiniteRewards nonFinite) {
    List<Prompt> prompts = samples.stream().map(EncodedSample::value).toList();
    Decoding decoding =
        new Decoding(temperature, 0, 1, 0, 1, maxNewTokens, encoder.endTokens(), true);
    List<Completion> completions =
        sample(
            network, GenerationRequest.of(prompts, perPrompt, decoding, seed).seededByPosition());
    List<RewardInput> inputs = new ArrayList<>();
    for (Completion completion : completions) {
      String text = encoder.text(completion.tokens());
      inputs.add(
          new RewardInput(
              samples.get(completion.prompt()).sample(),
              text,
              encoder.read(text).preferred(),
              completion.tokens().length,
              completion.finishReason()));
    }
    List<RewardBreakdown> scores = rewards.score(inputs);
    ImmutableList.Builder<Rollout> rollouts = ImmutableList.builder();
    for (int i = 0; i < completions.size(); i++) {
      Completion completion = completions.get(i);
      if (!RewardCheck.passes(scores.get(i), inputs.get(i).sample().id(), nonFinite)) {
        continue;
      }
      rollouts.add(
          new Rollout(
              firstGroup + completion.prompt(),
              TrainingRow.of(prompts.get(completion.prompt()), completion.tokens()),
              completion,
              inputs.get(i),
              scores.get(i)));
    }
    return rollouts.build();
  }

  private List<Completion> sample(PolicyNetwork network, GenerationRequest request) {
    try {
      return WholeCompletions.require(
          sampler.sample(network, request),
          "a rollout of " + request.prompts().size() + " x " + request.samples() + " judgements");
    } catch (RuntimeException e) {
      throw OutOfMemory.explained(
          e,
          "a rollout of " + request.prompts().size() + " x " + request.samples() + " judgements",
          "lower rolloutRows, maxNewTokens, or the pictures' maxPixels, or keep the optimiser in"
              + " host memory (offloadOptimiser)");
    }
  }
}
