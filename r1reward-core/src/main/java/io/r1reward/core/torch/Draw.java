package io.r1reward.core.torch;

import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.SeenTokens;

/**
 * What decides one token, beside its logits.
 *
 * @param decoding how it is chosen
 * @param watched ids whose log-probabilities are wanted
 * @param seen ids before it, where there is a repetition penalty
 * @param length tokens before it
 */
@SuppressWarnings("ArrayRecordComponent") // the request's own, never changed
record Draw(Decoding decoding, int[] watched, SeenTokens seen, int length) {}
