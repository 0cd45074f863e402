package io.r1reward;

import static io.r1reward.Given.copy;
import static io.r1reward.Given.given;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One completion of the judge and what was read from it. Immutable.
 *
 * @param preferred the verdict, in terms of the pair as it was given (already turned back where the
 *     judge saw the responses exchanged)
 * @param order the order in which the judge saw the responses
 * @param reasoning the text of the reasoning, without its tags; empty where there is none
 * @param text the whole generated text, without special tokens
 * @param tokens the generated token ids, with the end-of-turn token where one was generated
 * @param logProbability sum over the tokens of the natural log-probability under the model itself
 *     (before repetition penalty, temperature and filters)
 * @param softFirst probability of the answer that means the pair's first response, against the
 *     other, at the answer position, in [0, 1]; empty where no answer position was reached
 * @param scores what the judge scored each response with, in the pair's own order; empty where it
 *     gives none or its protocol reads none
 * @param finishReason why the completion ended
 * @param counted whether the judgement counts in the vote (false where a time limit cut it short)
 */
public record Judgement(
    Preferred preferred,
    Order order,
    String reasoning,
    String text,
    List<Integer> tokens,
    double logProbability,
    OptionalDouble softFirst,
    Optional<ResponseScores> scores,
    FinishReason finishReason,
    boolean counted) {

  /** Checks that nothing is null. */
  public Judgement {
    given(preferred, "preferred");
    given(order, "order");
    given(reasoning, "reasoning");
    given(text, "text");
    tokens = copy(tokens, "tokens");
    given(softFirst, "softFirst");
    given(scores, "scores");
    given(finishReason, "finishReason");
  }

  /** A judgement without scores of the responses. */
  public Judgement(
      Preferred preferred,
      Order order,
      String reasoning,
      String text,
      List<Integer> tokens,
      double logProbability,
      OptionalDouble softFirst,
      FinishReason finishReason,
      boolean counted) {
    this(
        preferred,
        order,
        reasoning,
        text,
        tokens,
        logProbability,
        softFirst,
        Optional.empty(),
        finishReason,
        counted);
  }

  /** Returns how many tokens were generated. */
  public int tokenCount() {
    return tokens.size();
  }
}
