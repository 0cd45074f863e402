package io.r1reward.train.metrics;

/** The glossary: every number a run reports, its name in the files and what it means. */
public enum Metric {
  /** Mean total reward of the rollout batch. */
  REWARD("reward/mean", "mean total reward of the rollout batch"),
  /** Standard deviation of the total reward. */
  REWARD_DEVIATION("reward/deviation", "standard deviation of the total reward"),
  /** Mean result reward: training accuracy under sampling. */
  REWARD_RESULT("reward/result", "mean result reward: accuracy on the training pairs as sampled"),
  /** Share of completions in the strict format. */
  REWARD_FORMAT("reward/format", "share of completions in the strict <think>/<answer> format"),
  /** Mean consistency of right judgements. */
  REWARD_CONSISTENCY("reward/consistency", "mean consistency reward of the right judgements"),
  /** Share of groups whose rewards are all equal. */
  SILENT_GROUPS("reward/groups_without_signal", "share of groups whose rewards are all equal"),
  /** Rollouts left out. */
  LEFT_OUT("reward/left_out", "rollouts left out because their reward was not finite"),
  /** Mean completion length. */
  RESPONSE_LENGTH("response/length", "mean completion length, in tokens"),
  /** Longest completion. */
  RESPONSE_LENGTH_MAX("response/length_max", "longest completion, in tokens"),
  /** Share of completions cut at the limit. */
  RESPONSE_CUT("response/cut", "share of completions that ended at the length limit"),
  /** KL to the reference. */
  KL("policy/kl", "mean KL to the reference policy per token, in nats"),
  /** Weight of the KL penalty. */
  KL_COEFFICIENT("policy/kl_coefficient", "weight of the KL penalty"),
  /** Mean entropy. */
  ENTROPY("policy/entropy", "mean negative log-probability of the sampled tokens, in nats"),
  /** Gap between sampler and trainer. */
  LOGPROB_GAP(
      "policy/logprob_gap",
      "mean |log-probability by the sampler - by the training forward| per token, before any"
          + " update"),
  /** Largest gap between sampler and trainer. */
  LOGPROB_GAP_MAX("policy/logprob_gap_max", "largest such gap of a token"),
  /** Policy loss. */
  LOSS("policy/loss", "policy loss, KL term included"),
  /** Mean ratio. */
  RATIO("policy/ratio", "mean ratio of new to old probability, after Pre-CLIP"),
  /** Largest ratio. */
  RATIO_MAX("policy/ratio_max", "largest ratio, after Pre-CLIP"),
  /** KL of the update. */
  UPDATE_KL("policy/update_kl", "mean k3 estimate of KL(old policy || new policy) per token"),
  /** Share of tokens Pre-CLIP changed. */
  PRE_CLIPPED("clip/pre_clip", "share of tokens whose log-ratio Pre-CLIP changed"),
  /** Share of tokens at the lower clip bound. */
  CLIPPED_LOW("clip/low", "share of tokens held by the lower clip bound"),
  /** Share of tokens at the upper clip bound. */
  CLIPPED_HIGH("clip/high", "share of tokens held by the upper clip bound"),
  /** Share of tokens at the dual clip bound. */
  DUAL_CLIPPED("clip/dual", "share of tokens held by the dual clip"),
  /** Share of advantages filtered. */
  FILTERED("advantage/filtered", "share of tokens whose advantage the filter set to 0"),
  /** Largest advantage. */
  ADVANTAGE_MAX("advantage/max_abs", "largest absolute advantage after the filter"),
  /** Gradient norm. */
  GRADIENT_NORM("optimiser/gradient_norm", "global gradient norm before clipping"),
  /** Learning rate. */
  LEARNING_RATE("optimiser/learning_rate", "learning rate of the step"),
  /** Optimiser steps. */
  STEPS("optimiser/steps", "optimiser steps of the iteration, 0 where no rollout had a signal"),
  /** Steps skipped. */
  SKIPPED_STEPS(
      "optimiser/skipped_steps", "steps skipped so far for a non-finite loss or gradient"),
  /** Samples left out. */
  DATA_SKIPPED("data/skipped", "samples left out so far because they could not be read or encoded"),
  /** Cross entropy of SFT. */
  SFT_LOSS("sft/loss", "mean cross entropy of the target tokens, in nats"),
  /** Next-token accuracy of SFT. */
  SFT_TOKENS("sft/tokens", "target tokens of the step"),
  /** Loss of a scalar judge. */
  SCALAR_LOSS("scalar/loss", "mean loss on the numbers of a pair's responses, in nats"),
  /** Accuracy of a scalar judge. */
  SCALAR_ACCURACY(
      "scalar/accuracy", "share of the step's pairs whose better response has the larger number"),
  /** Lead of the better response. */
  SCALAR_MARGIN(
      "scalar/margin",
      "mean number of the better response less that of the other, before the step"),
  /** Accuracy on held-out pairs. */
  HELD_OUT_ACCURACY("held_out/accuracy", "greedy accuracy on the held-out pairs"),
  /** Format rate on held-out pairs. */
  HELD_OUT_FORMAT("held_out/format", "share of held-out judgements in the strict format"),
  /** Mean length on held-out pairs. */
  HELD_OUT_LENGTH("held_out/length", "mean length of held-out judgements, in tokens"),
  /** Samples per second. */
  SAMPLES_PER_SECOND("speed/samples_per_second", "samples (rollouts) per second of the step"),
  /** Tokens per second. */
  TOKENS_PER_SECOND("speed/tokens_per_second", "trained tokens per second of the step"),
  /** Generated tokens per second. */
  ROLLOUT_TOKENS_PER_SECOND(
      "speed/rollout_tokens_per_second", "generated tokens per second of the rollout"),
  /** Time left. */
  SECONDS_LEFT("speed/seconds_left", "estimated seconds until the run ends");

  private final String key;
  private final String meaning;

  Metric(String key, String meaning) {
    this.key = key;
    this.meaning = meaning;
  }

  /** Returns its name in files. */
  public String key() {
    return key;
  }

  /** Returns what it means, with its unit. */
  public String meaning() {
    return meaning;
  }
}
