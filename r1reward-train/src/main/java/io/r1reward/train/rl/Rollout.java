package io.r1reward.train.rl;

import io.r1reward.core.generate.Completion;
import io.r1reward.train.model.TrainingRow;
import io.r1reward.train.reward.RewardBreakdown;
import io.r1reward.train.reward.RewardInput;

/**
 * One judgement of one prompt by the policy, and what it is worth. Immutable by contract.
 *
 * @param group number of its prompt within the batch
 * @param row prompt and completion
 * @param completion what the sampler gave
 * @param input what the reward was computed on
 * @param reward its reward
 */
public record Rollout(
    int group, TrainingRow row, Completion completion, RewardInput input, RewardBreakdown reward) {}
