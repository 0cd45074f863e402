package io.r1reward.core.judge;

import static com.google.common.base.MoreObjects.firstNonNull;

import com.google.common.collect.ImmutableSet;
import io.r1reward.Sampling;
import io.r1reward.Voting;
import io.r1reward.core.checkpoint.GenerationConfig;
import io.r1reward.core.generate.Decoding;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles how tokens are chosen: what a caller says, else what {@code generation_config.json} says,
 * else the public implementation's defaults. Without a temperature from the caller, {@code
 * do_sample: false} is greedy.
 *
 * <p>A vote of more than one sample asks the checkpoint for none of that: judgements are drawn from
 * the model's own distribution, at temperature 1 without filters and penalty (arXiv 2505.02835
 * section 4.3), as far as the caller says nothing else. Published checkpoints have {@code top_k: 1}
 * or a temperature of 1e-6 in their file, and would write the same text five times.
 *
 * @param checkpoint what the checkpoint says, its own defaults included
 * @param maxNewTokens most tokens of a completion where a caller says nothing
 * @param endTokens ids that end a completion
 */
record DecodingDefaults(
    GenerationConfig checkpoint, int maxNewTokens, ImmutableSet<Integer> endTokens) {
  private static final Logger log = LoggerFactory.getLogger(DecodingDefaults.class);

  Decoding settle(Sampling sampling, Voting voting) {
    boolean vote = voting.samples() > 1;
    double ownTemperature = checkpoint.doSample() ? checkpoint.temperature() : 0;
    Decoding decoding =
        new Decoding(
            firstNonNull(sampling.temperature(), vote ? 1.0 : ownTemperature),
            firstNonNull(sampling.topK(), vote ? 0 : checkpoint.topK()),
            firstNonNull(sampling.topP(), vote ? 1.0 : checkpoint.topP()),
            firstNonNull(sampling.minP(), vote ? 0.0 : checkpoint.minP()),
            firstNonNull(sampling.repetitionPenalty(), vote ? 1.0 : checkpoint.repetitionPenalty()),
            firstNonNull(sampling.maxNewTokens(), maxNewTokens),
            endTokens);
    if (vote && (decoding.temperature() == 0 || decoding.topK() == 1)) {
      log.warn(
          "a vote of {} samples at temperature {} and top-k {} is the same judgement {} times",
          voting.samples(),
          decoding.temperature(),
          decoding.topK(),
          voting.samples());
    }
    return decoding;
  }
}
