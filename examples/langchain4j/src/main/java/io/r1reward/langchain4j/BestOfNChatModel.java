package io.r1reward.langchain4j;

import static io.r1reward.langchain4j.Given.given;

import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.TokenUsage;
import io.r1reward.InvalidInputException;
import io.r1reward.RewardModel;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Asks another chat model several times and returns the response that the judge ranks first; its
 * token usage is the sum of all. The judge sees the conversation with its pictures. Equal answers
 * are judged once, and not at all where all are equal. As thread-safe as the other model; its
 * listeners hear of every call. No asynchronous calls.
 */
public final class BestOfNChatModel implements ChatModel {
  private final ChatModel delegate;
  private final RewardModel judge;
  private final int candidates;
  private final double temperature;

  /**
   * Puts a judge behind a chat model.
   *
   * @param candidates how often the model is asked, at least 1
   * @param temperature of requests that give none, above 0; a request at 0 is asked once
   */
  public BestOfNChatModel(
      ChatModel delegate, RewardModel judge, int candidates, double temperature) {
    this.delegate = given(delegate, "delegate");
    this.judge = given(judge, "judge");
    if (candidates < 1 || !(temperature > 0 && Double.isFinite(temperature))) {
      throw new InvalidInputException(
          "candidates must be at least 1 and temperature positive and finite, got %d and %s"
              .formatted(candidates, temperature));
    }
    this.candidates = candidates;
    this.temperature = temperature;
  }

  /**
   * Asks and chooses.
   *
   * @throws UnsupportedFeatureException for tools, and for messages with more than text and images
   */
  @Override
  public ChatResponse doChat(ChatRequest request) {
    if (!given(request, "request").toolSpecifications().isEmpty()) {
      throw new UnsupportedFeatureException("a judge compares texts, it cannot choose tool calls");
    }
    JudgePrompt prompt = JudgePrompt.of(request.messages());
    List<ChatResponse> responses =
        Stream.generate(() -> delegate.chat(request))
            .limit(Objects.equals(request.temperature(), 0.0) ? 1 : candidates)
            .toList();
    List<String> texts = responses.stream().map(BestOfNChatModel::text).toList();
    List<String> unique = texts.stream().distinct().toList();
    int best = unique.size() == 1 ? 0 : judge.rank(prompt.text(), prompt.media(), unique).best();
    ChatResponse winner = responses.get(texts.indexOf(unique.get(best)));
    TokenUsage all = responses.stream().map(ChatResponse::tokenUsage).reduce(null, TokenUsage::sum);
    return ChatResponse.builder()
        .aiMessage(winner.aiMessage())
        .metadata(winner.metadata().toBuilder().tokenUsage(all).build())
        .build();
  }

  private static String text(ChatResponse response) {
    if (response.aiMessage().hasToolExecutionRequests()) {
      throw new UnsupportedFeatureException("a judge compares texts, the model called a tool");
    }
    return Objects.requireNonNullElse(response.aiMessage().text(), "");
  }

  /** Those of the other model, at this model's temperature. */
  @Override
  public ChatRequestParameters defaultRequestParameters() {
    ChatRequestParameters warm = ChatRequestParameters.builder().temperature(temperature).build();
    return delegate.defaultRequestParameters().overrideWith(warm);
  }

  @Override
  public ModelProvider provider() {
    return delegate.provider();
  }

  @Override
  public Set<Capability> supportedCapabilities() {
    return delegate.supportedCapabilities();
  }
}
