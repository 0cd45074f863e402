/**
 * Between text and token ids: the {@linkplain io.r1reward.core.text.Tokenizer tokenizer} of a
 * checkpoint folder, what {@linkplain io.r1reward.core.text.ChatTemplate chat templates} of
 * families have in common, and the {@linkplain io.r1reward.core.text.PromptEncoder encoder} that
 * turns messages and preprocessed media into a prompt of the generation seam. Text of users never
 * becomes a control token here. What to ask a judge and how to read its answer is not decided here
 * but in {@code io.r1reward.core.protocol}.
 *
 * <p>Imports the public API, the generation seam's values, DJL's tokenizers and Jackson.
 */
@NullMarked
package io.r1reward.core.text;

import org.jspecify.annotations.NullMarked;
