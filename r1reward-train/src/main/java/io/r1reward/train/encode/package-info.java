/**
 * Between data and model: samples become prompts and rows of tokens, completions become text and
 * verdicts, with the same protocol, template, tokenizer and image processor as judging.
 *
 * <p>Of this module it imports {@code data}, {@code model}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.train.encode;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
