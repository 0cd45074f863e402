package io.r1reward.langchain4j;

import static io.r1reward.langchain4j.Given.given;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.guardrail.OutputGuardrail;
import dev.langchain4j.guardrail.OutputGuardrailRequest;
import dev.langchain4j.guardrail.OutputGuardrailResult;
import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import io.r1reward.RewardModel;
import io.r1reward.Voting;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Lets an answer pass unless the judge prefers another one to it, such as "I do not know." or an
 * answer by which the model is measured. The judge sees the conversation with its pictures. A tie
 * passes. Thread-safe.
 */
public final class RewardGuardrail implements OutputGuardrail {
  private final RewardModel judge;
  private final String reference;
  private final @Nullable String reprompt;
  private final Voting voting;

  /** Fails where the reference is preferred, by one judgement in both orders. */
  public RewardGuardrail(RewardModel judge, String reference) {
    this(judge, reference, null, Voting.single().inBothOrders());
  }

  /**
   * Sets everything.
   *
   * @param reference what the answer has to be as good as
   * @param reprompt what the model is told where the reference is preferred; null to fail at once
   * @param voting how the two are compared
   */
  public RewardGuardrail(
      RewardModel judge, String reference, @Nullable String reprompt, Voting voting) {
    this.judge = given(judge, "judge");
    this.reference = given(reference, "reference");
    this.reprompt = reprompt;
    this.voting = given(voting, "voting");
  }

  /**
   * Compares the answer with the reference.
   *
   * @throws UnsupportedFeatureException if the request has no conversation, or the answer no text
   */
  @Override
  public OutputGuardrailResult validate(OutputGuardrailRequest request) {
    if (given(request, "request").chatRequest() == null) {
      throw new UnsupportedFeatureException("an answer cannot be judged without its chat request");
    }
    String answer = request.responseFromLLM().aiMessage().text();
    if (answer == null) {
      throw new UnsupportedFeatureException("an answer without text cannot be judged");
    }
    JudgePrompt prompt = JudgePrompt.of(request.chatRequest().messages());
    PreferenceScore score =
        judge.score(new PreferencePair(prompt.text(), prompt.media(), answer, reference), voting);
    if (score.preferred() != Preferred.SECOND) {
      return success();
    }
    String message =
        String.format(
            Locale.ROOT, "the judge prefers the reference, by %.2f of the votes", score.second());
    return reprompt == null ? failure(message) : reprompt(message, reprompt);
  }

  /** Refused: an answer cannot be judged without its question. */
  @Override
  public OutputGuardrailResult validate(AiMessage answer) {
    throw new UnsupportedFeatureException("an answer cannot be judged without its chat request");
  }
}
