package io.r1reward.core.judge;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Ints;
import io.r1reward.FinishReason;
import io.r1reward.Judgement;
import io.r1reward.Order;
import io.r1reward.ResponseScores;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.protocol.JudgeProtocol;
import io.r1reward.core.protocol.Verdict;
import io.r1reward.core.text.Tokenizer;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Reads a judgement from a completion. Thread-safe.
 *
 * @param protocol reads the verdict
 * @param tokenizer the generator's
 * @param answers what the soft score compares
 */
record JudgementReader(JudgeProtocol protocol, Tokenizer tokenizer, AnswerTokens answers) {

  /** Reads a completion; one that was cancelled does not count. */
  Judgement read(Completion completion, Order order) {
    String text = tokenizer.decode(completion.tokens(), true);
    Verdict verdict = protocol.read(text);
    boolean swapped = order == Order.SWAPPED;
    OptionalDouble soft = softFirst(completion, verdict);
    Optional<ResponseScores> scores = protocol.scores(text);
    return new Judgement(
        swapped ? verdict.preferred().swapped() : verdict.preferred(),
        order,
        verdict.reasoning(),
        text,
        ImmutableList.copyOf(Ints.asList(completion.tokens())),
        completion.logProbability(),
        swapped && soft.isPresent() ? OptionalDouble.of(1 - soft.getAsDouble()) : soft,
        swapped ? scores.map(ResponseScores::swapped) : scores,
        completion.finishReason(),
        completion.finishReason() != FinishReason.CANCELLED);
  }

  /** Returns the index of the token that holds the answer; empty where there is no answer. */
  OptionalInt answerToken(int[] tokens) {
    return answerToken(tokens, protocol.read(tokenizer.decode(tokens, true)));
  }

  private OptionalInt answerToken(int[] tokens, Verdict verdict) {
    return verdict.answerPosition().isEmpty()
        ? OptionalInt.empty()
        : tokenizer.tokenAt(tokens, true, verdict.answerPosition().getAsInt());
  }

  private OptionalDouble softFirst(Completion completion, Verdict verdict) {
    OptionalInt step = answerToken(completion.tokens(), verdict);
    return step.isPresent()
        ? answers.softFirst(completion, step.getAsInt())
        : OptionalDouble.empty();
  }
}
