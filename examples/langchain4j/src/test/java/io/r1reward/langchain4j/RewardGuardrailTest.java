package io.r1reward.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.guardrail.ChatExecutor;
import dev.langchain4j.guardrail.GuardrailRequestParams;
import dev.langchain4j.guardrail.OutputGuardrailException;
import dev.langchain4j.guardrail.OutputGuardrailExecutor;
import dev.langchain4j.guardrail.OutputGuardrailRequest;
import dev.langchain4j.guardrail.OutputGuardrailResult;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.Voting;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RewardGuardrailTest {
  private static final UserMessage QUESTION =
      UserMessage.from(
          TextContent.from("What is this?"),
          ImageContent.from(URI.create("https://example.org/c.png")));

  private final FakeJudge judge = FakeJudge.ofLengths();
  private final List<ChatMessage> said = new ArrayList<>();

  /** Answers every message with one text. */
  private final class Speaker implements ChatModel {
    private final String text;

    Speaker(String text) {
      this.text = text;
    }

    @Override
    public ChatResponse doChat(ChatRequest request) {
      said.addAll(request.messages());
      return ChatResponse.builder().aiMessage(AiMessage.from(text)).build();
    }
  }

  private OutputGuardrailRequest request(
      String answer, String next, @Nullable ChatRequest request) {
    ChatRequest asked = ChatRequest.builder().messages(QUESTION).build();
    InvocationContext context =
        InvocationContext.builder().invocationId(new UUID(0, 1)).timestamp(Instant.EPOCH).build();
    return OutputGuardrailRequest.builder()
        .responseFromLLM(ChatResponse.builder().aiMessage(AiMessage.from(answer)).build())
        .chatExecutor(
            ChatExecutor.builder(new Speaker(next))
                .chatRequest(asked)
                .invocationContext(context)
                .build())
        .chatRequest(request)
        .requestParams(
            GuardrailRequestParams.builder()
                .chatMemory(new Memory())
                .invocationContext(context)
                .userMessageTemplate("")
                .variables(Map.of())
                .build())
        .build();
  }

  private OutputGuardrailRequest request(String answer, String next) {
    return request(answer, next, ChatRequest.builder().messages(QUESTION).build());
  }

  /** Holds everything. */
  private static final class Memory implements ChatMemory {
    private final List<ChatMessage> messages = new ArrayList<>(List.of(QUESTION));

    @Override
    public Object id() {
      return "memory";
    }

    @Override
    public void add(ChatMessage message) {
      messages.add(message);
    }

    @Override
    public List<ChatMessage> messages() {
      return new ArrayList<>(messages);
    }

    @Override
    public void clear() {
      messages.clear();
    }
  }

  private static OutputGuardrailResult run(
      RewardGuardrail guardrail, OutputGuardrailRequest request) {
    return OutputGuardrailExecutor.builder().guardrails(guardrail).build().execute(request);
  }

  @Test
  void an_answer_that_is_preferred_passes() {
    RewardGuardrail guardrail = new RewardGuardrail(judge, "No idea.");
    OutputGuardrailResult result = run(guardrail, request("A cat on a sofa.", ""));
    assertThat(result.isSuccess()).isTrue();
    assertThat(judge.asked).hasSize(1);
    assertThat(judge.asked.get(0).pair().question()).isEqualTo("What is this?");
    assertThat(judge.asked.get(0).pair().first()).isEqualTo("A cat on a sofa.");
    assertThat(judge.asked.get(0).pair().second()).isEqualTo("No idea.");
    assertThat(judge.asked.get(0).pair().media())
        .containsExactly(Image.of(URI.create("https://example.org/c.png")));
    assertThat(judge.asked.get(0).voting()).isEqualTo(Voting.single().inBothOrders());
  }

  @Test
  void a_tie_passes() {
    RewardGuardrail guardrail = new RewardGuardrail(judge, "Dog.");
    assertThat(run(guardrail, request("Cat.", "")).isSuccess()).isTrue();
  }

  @Test
  void fails_where_the_reference_is_preferred() {
    RewardGuardrail guardrail = new RewardGuardrail(judge, "I do not know.");
    OutputGuardrailRequest request = request("Cat.", "");
    assertThatThrownBy(() -> run(guardrail, request))
        .isInstanceOf(OutputGuardrailException.class)
        .hasMessageContaining("the judge prefers the reference, by 1.00 of the votes");
    assertThat(said).isEmpty();
  }

  @Test
  void asks_again_with_the_reprompt() {
    RewardGuardrail guardrail =
        new RewardGuardrail(judge, "I do not know.", "Say more.", Voting.majority(3));
    OutputGuardrailResult direct = guardrail.validate(request("Cat.", ""));
    assertThat(direct.isReprompt()).isTrue();
    assertThat(direct.getReprompt()).contains("Say more.");
    assertThat(judge.asked.get(0).voting()).isEqualTo(Voting.majority(3));
    OutputGuardrailResult result = run(guardrail, request("Cat.", "A cat on a sofa."));
    assertThat(result.isSuccess()).isTrue();
    assertThat(result.successfulText()).isEqualTo("A cat on a sofa.");
    assertThat(said).contains(UserMessage.from("Say more."));
  }

  @Test
  void refuses_an_answer_without_its_question() {
    RewardGuardrail guardrail = new RewardGuardrail(judge, "I do not know.");
    assertThatThrownBy(() -> guardrail.validate(AiMessage.from("Cat.")))
        .isInstanceOf(UnsupportedFeatureException.class);
    assertThatThrownBy(() -> guardrail.validate(request("Cat.", "", null)))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("chat request");
    assertThat(judge.asked).isEmpty();
  }

  @Test
  void refuses_null() {
    assertThatThrownBy(() -> new RewardGuardrail(null, "a"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("judge must not be null");
    assertThatThrownBy(() -> new RewardGuardrail(judge, null))
        .hasMessage("reference must not be null");
    assertThatThrownBy(() -> new RewardGuardrail(judge, "a", null, null))
        .hasMessage("voting must not be null");
  }
}
