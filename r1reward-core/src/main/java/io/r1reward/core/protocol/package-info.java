/**
 * What a judge is asked and how its answer is read. A {@link
 * io.r1reward.core.protocol.JudgeProtocol} turns a preference pair into chat messages and a
 * completion into a {@link io.r1reward.core.protocol.Verdict}; {@link
 * io.r1reward.core.protocol.R1RewardProtocol} is R1-Reward's. How often to ask and how to count
 * votes is decided elsewhere.
 *
 * <p>To judge with another model of the same architecture, describe its prompt and answers with
 * {@link io.r1reward.core.protocol.TemplateProtocol}, or implement the one method of {@code
 * JudgeProtocol}. A verdict names the character that decides, so that the probabilities at its
 * token ({@code Tokenizer.tokenAt}) give a graded score.
 *
 * <p>A protocol is chosen with {@code RewardModel.builder().option("protocol", name)}; {@link
 * io.r1reward.core.protocol.Protocols} lists the names and the options of each. Imports the public
 * API and {@code io.r1reward.core.text}.
 */
@NullMarked
package io.r1reward.core.protocol;

import org.jspecify.annotations.NullMarked;
