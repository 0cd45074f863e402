package io.r1reward.langchain4j;

import static io.r1reward.langchain4j.Given.given;

import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.decision.DecisionModel;
import dev.langchain4j.model.decision.request.DecisionRequest;
import dev.langchain4j.model.decision.request.ScaleQuestion;
import dev.langchain4j.model.decision.request.YesNoQuestion;
import dev.langchain4j.model.decision.response.ChoiceAnswer;
import dev.langchain4j.model.decision.response.DecisionAnswer;
import dev.langchain4j.model.decision.response.DecisionResponse;
import dev.langchain4j.model.decision.response.ScaleAnswer;
import dev.langchain4j.model.decision.response.YesNoAnswer;
import dev.langchain4j.model.output.TokenUsage;
import io.r1reward.RewardModel;
import io.r1reward.Voting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Answers typed questions about text and pictures by judging the possible answers in pairs.
 * Probabilities are the judge's soft scores, or shares of votes where it has none, coupled over all
 * pairs; a choice goes to whoever wins by votes, and its confidence is the winner's share of them.
 * N options or levels take N (N - 1) / 2 comparisons. Thread-safe; no asynchronous calls.
 */
public final class RewardDecisionModel implements DecisionModel {
  private final RewardModel judge;
  private final Voting voting;

  /** Judges each pair once in both orders. */
  public RewardDecisionModel(RewardModel judge) {
    this(judge, Voting.single().inBothOrders());
  }

  /** Judges each pair by a vote; one in both orders has no preference for a position. */
  public RewardDecisionModel(RewardModel judge, Voting voting) {
    this.judge = given(judge, "judge");
    this.voting = given(voting, "voting");
  }

  /**
   * Answers every question; refuses before anything is judged.
   *
   * @throws UnsupportedFeatureException if the request names a model, has a question of another
   *     type, or an input with anything but text and images
   */
  @Override
  public DecisionResponse doDecide(DecisionRequest request) {
    if (given(request, "request").modelName() != null) {
      throw new UnsupportedFeatureException(
          "a judge is one model, a request cannot name another: " + request.modelName());
    }
    JudgePrompt input = JudgePrompt.of(request.input());
    Map<String, PossibleAnswers> possible = new LinkedHashMap<>();
    request.questions().forEach((name, q) -> possible.put(name, PossibleAnswers.to(name, q)));
    DecisionResponse.Builder response = DecisionResponse.builder();
    int tokens = 0;
    for (Map.Entry<String, PossibleAnswers> entry : possible.entrySet()) {
      PossibleAnswers asked = entry.getValue();
      Contest contest = Contest.of(judge, voting, input, asked.text(), asked.answers());
      tokens += contest.outputTokens();
      response.answer(entry.getKey(), answer(asked, contest));
    }
    return response.tokenUsage(new TokenUsage(null, tokens, null)).build();
  }

  private static DecisionAnswer answer(PossibleAnswers asked, Contest contest) {
    List<Double> shares = contest.probabilities();
    if (asked.question() instanceof YesNoQuestion) {
      return YesNoAnswer.from(shares.get(0));
    } else if (asked.question() instanceof ScaleQuestion) {
      double mean = IntStream.range(0, shares.size()).mapToDouble(i -> i * shares.get(i)).sum();
      return ScaleAnswer.builder()
          .mean(Math.min(mean, shares.size() - 1))
          .probabilities(shares)
          .build();
    }
    ChoiceAnswer.Builder choice = ChoiceAnswer.builder();
    IntStream.range(0, shares.size())
        .forEach(i -> choice.probability(asked.answers().get(i), shares.get(i)));
    String best = asked.answers().get(contest.ranking().best());
    return choice.value(best).confidence(contest.share()).build();
  }
}
