package io.r1reward.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.PdfFileContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.TokenUsage;
import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BestOfNChatModelTest {
  private final FakeJudge judge = FakeJudge.ofLengths();

  /** Says one message after the other, at three tokens in and five out. */
  private static final class Speaker implements ChatModel {
    final List<ChatRequest> asked = new ArrayList<>();
    private final List<AiMessage> messages;

    Speaker(String... texts) {
      this.messages = List.of(texts).stream().map(AiMessage::from).toList();
    }

    Speaker(AiMessage message) {
      this.messages = List.of(message);
    }

    @Override
    public ChatResponse doChat(ChatRequest request) {
      asked.add(request);
      return ChatResponse.builder()
          .aiMessage(messages.get(asked.size() - 1))
          .id("answer " + asked.size())
          .tokenUsage(new TokenUsage(3, 5))
          .build();
    }

    @Override
    public ChatRequestParameters defaultRequestParameters() {
      return ChatRequestParameters.builder().modelName("speaker").temperature(0.0).build();
    }

    @Override
    public ModelProvider provider() {
      return ModelProvider.OLLAMA;
    }

    @Override
    public Set<Capability> supportedCapabilities() {
      return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
    }
  }

  @Test
  void returns_the_response_that_the_judge_ranks_first() {
    Speaker speaker = new Speaker("Two.", "Two cats and a dog.", "Three.");
    ChatModel model = new BestOfNChatModel(speaker, judge, 3, 0.8);
    ChatResponse response = model.chat(UserMessage.from("How many?"));
    assertThat(response.aiMessage().text()).isEqualTo("Two cats and a dog.");
    assertThat(response.id()).isEqualTo("answer 2");
    assertThat(response.tokenUsage()).isEqualTo(new TokenUsage(9, 15));
    assertThat(judge.asked).hasSize(3);
    assertThat(judge.asked).allMatch(asked -> asked.pair().question().equals("How many?"));
    assertThat(speaker.asked).hasSize(3).allMatch(asked -> asked.temperature() == 0.8);
    assertThat(speaker.asked).allMatch(asked -> asked.modelName().equals("speaker"));
    assertThat(model.provider()).isEqualTo(ModelProvider.OLLAMA);
    assertThat(model.supportedCapabilities())
        .containsExactly(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
  }

  @Test
  void the_judge_sees_the_pictures() {
    ChatModel model = new BestOfNChatModel(new Speaker("a", "bb"), judge, 2, 1);
    String answer =
        model
            .chat(
                UserMessage.from(
                    TextContent.from("What is this?"),
                    ImageContent.from("AQID", "image/png"),
                    ImageContent.from(URI.create("https://example.org/c.png"))))
            .aiMessage()
            .text();
    assertThat(answer).isEqualTo("bb");
    assertThat(judge.asked.get(0).pair().media()).hasSize(2);
    Image first = (Image) judge.asked.get(0).pair().media().get(0);
    assertThat(((Image.BytesSource) first.source()).data()).containsExactly(1, 2, 3);
    assertThat(judge.asked.get(0).pair().media().get(1))
        .isEqualTo(Image.of(URI.create("https://example.org/c.png")));
  }

  @Test
  void equal_answers_are_judged_once() {
    ChatModel model = new BestOfNChatModel(new Speaker("a", "bb", "bb", "a"), judge, 4, 1);
    assertThat(model.chat("Which?")).isEqualTo("bb");
    assertThat(judge.asked).hasSize(1);
    ChatModel same = new BestOfNChatModel(new Speaker("a", "a"), judge, 2, 1);
    assertThat(same.chat("Which?")).isEqualTo("a");
    assertThat(judge.asked).hasSize(1);
  }

  @Test
  void the_temperature_of_a_request_counts() {
    Speaker speaker = new Speaker("a", "bb", "ccc");
    ChatModel model = new BestOfNChatModel(speaker, judge, 2, 1);
    ChatRequest.Builder request = ChatRequest.builder().messages(UserMessage.from("Which?"));
    assertThat(model.chat(request.temperature(0.0).build()).aiMessage().text()).isEqualTo("a");
    assertThat(judge.asked).isEmpty();
    assertThat(model.chat(request.temperature(0.3).build()).aiMessage().text()).isEqualTo("ccc");
    assertThat(speaker.asked.get(2).temperature()).isEqualTo(0.3);
  }

  @Test
  void refuses_what_is_no_choice_between_texts() {
    Speaker speaker = new Speaker("a", "b");
    ChatModel model = new BestOfNChatModel(speaker, judge, 2, 1);
    ChatRequest tools =
        ChatRequest.builder()
            .messages(UserMessage.from("Which?"))
            .toolSpecifications(ToolSpecification.builder().name("clock").build())
            .build();
    assertThatThrownBy(() -> model.chat(tools))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("tool");
    UserMessage pdf = UserMessage.from(PdfFileContent.from(URI.create("https://e.org/a.pdf")));
    assertThatThrownBy(() -> model.chat(pdf))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("PDF");
    assertThat(speaker.asked).isEmpty();
    AiMessage call = AiMessage.from(ToolExecutionRequest.builder().name("clock").build());
    ChatModel caller = new BestOfNChatModel(new Speaker(call), judge, 1, 1);
    assertThatThrownBy(() -> caller.chat("When?"))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("called a tool");
  }

  @Test
  void refuses_wrong_settings() {
    Speaker speaker = new Speaker("a");
    assertThatThrownBy(() -> new BestOfNChatModel(speaker, judge, 0, 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "candidates must be at least 1 and temperature positive and finite, got 0 and 1.0");
    assertThatThrownBy(() -> new BestOfNChatModel(speaker, judge, 2, 0))
        .hasMessage(
            "candidates must be at least 1 and temperature positive and finite, got 2 and 0.0");
    assertThatThrownBy(() -> new BestOfNChatModel(null, judge, 2, 1))
        .hasMessage("delegate must not be null");
    assertThatThrownBy(() -> new BestOfNChatModel(speaker, null, 2, 1))
        .hasMessage("judge must not be null");
  }
}
