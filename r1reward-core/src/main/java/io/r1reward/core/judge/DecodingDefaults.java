package io.r1reward.core.judge;

import static com.google.common.base.MoreObjects.firstNonNull;

import com.google.common.collect.ImmutableSet;
import io.r1reward.Sampling;
import io.r1reward.Voting;
import io.r1reward.core.checkpoint.GenerationConfig;
import io.r1reward.core.generate.Decoding;

/**
 * Settles how tokens are chosen: what a caller says, else what {@code generation_config.json} says,
 * else the public implementation's defaults. Without a temperature from the caller, a vote of more
 * than one sample draws at 1, and otherwise {@code do_sample: false} is greedy.
 *
 * @param checkpoint what the checkpoint says, its own defaults included
 * @param endTokens ids that end a completion
 */
record DecodingDefaults(GenerationConfig checkpoint, ImmutableSet<Integer> endTokens) {

  Decoding settle(Sampling sampling, Voting voting) {
    double ownTemperature = checkpoint.doSample() ? checkpoint.temperature() : 0;
    return new Decoding(
        firstNonNull(sampling.temperature(), voting.samples() > 1 ? 1.0 : ownTemperature),
        firstNonNull(sampling.topK(), checkpoint.topK()),
        firstNonNull(sampling.topP(), checkpoint.topP()),
        firstNonNull(sampling.minP(), checkpoint.minP()),
        firstNonNull(sampling.repetitionPenalty(), checkpoint.repetitionPenalty()),
        firstNonNull(sampling.maxNewTokens(), Sampling.DEFAULT_MAX_NEW_TOKENS),
        endTokens);
  }
}
