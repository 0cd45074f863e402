package io.r1reward.train.reward;

import io.r1reward.FinishReason;
import io.r1reward.Preferred;
import io.r1reward.train.data.PreferenceSample;

/**
 * One finished judgement, as reward functions see it. Immutable.
 *
 * @param sample the pair in the order the judge saw it, and its label
 * @param completion generated text without special tokens
 * @param verdict what the judge protocol read from it; {@code FIRST} is "Response 1"
 * @param tokens length in tokens
 * @param finishReason why it ended
 */
public record RewardInput(
    PreferenceSample sample,
    String completion,
    Preferred verdict,
    int tokens,
    FinishReason finishReason) {}
