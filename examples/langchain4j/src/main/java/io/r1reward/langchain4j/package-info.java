/**
 * The judge inside LangChain4j: {@link io.r1reward.langchain4j.RewardDecisionModel} answers typed
 * questions, {@link io.r1reward.langchain4j.BestOfNChatModel} keeps the best of several answers,
 * {@link io.r1reward.langchain4j.RewardScoringModel} rates texts, and {@link
 * io.r1reward.langchain4j.RewardGuardrail} guards what a model says.
 *
 * <p>No adapter closes the {@link io.r1reward.RewardModel} it is given.
 */
@NullMarked
package io.r1reward.langchain4j;

import org.jspecify.annotations.NullMarked;
