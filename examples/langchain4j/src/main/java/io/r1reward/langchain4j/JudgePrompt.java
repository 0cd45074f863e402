package io.r1reward.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.decision.request.ContentsInput;
import dev.langchain4j.model.decision.request.DecisionInput;
import dev.langchain4j.model.decision.request.FieldsInput;
import dev.langchain4j.model.decision.request.MessagesInput;
import dev.langchain4j.model.decision.request.TextInput;
import io.r1reward.Image;
import io.r1reward.Media;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What LangChain4j asks, as a judge reads it: pictures, then text. Immutable.
 *
 * @param text texts of the contents, one a line; of more than one message a transcript
 * @param media the pictures of all messages, in order
 */
record JudgePrompt(String text, List<Media> media) {

  /** Reads the input of a decision. */
  static JudgePrompt of(DecisionInput input) {
    if (input instanceof TextInput text) {
      return new JudgePrompt(text.text(), List.of());
    } else if (input instanceof FieldsInput fields) {
      return new JudgePrompt(
          fields.fields().entrySet().stream()
              .map(field -> field.getKey() + ": " + field.getValue())
              .collect(Collectors.joining("\n")),
          List.of());
    } else if (input instanceof ContentsInput contents) {
      List<Media> media = new ArrayList<>();
      return new JudgePrompt(read(contents.contents(), media), List.copyOf(media));
    } else if (input instanceof MessagesInput messages) {
      return of(messages.messages());
    }
    throw unsupported("input of " + input.getClass().getName());
  }

  /** Reads a conversation: the bare text of a single user message, else a transcript. */
  static JudgePrompt of(List<? extends ChatMessage> messages) {
    List<Media> media = new ArrayList<>();
    String text =
        messages.size() == 1 && messages.get(0) instanceof UserMessage only
            ? read(only.contents(), media)
            : messages.stream()
                .map(message -> transcribe(message, media))
                .collect(Collectors.joining("\n\n"));
    return new JudgePrompt(text, List.copyOf(media));
  }

  private static String transcribe(ChatMessage message, List<Media> media) {
    if (message instanceof SystemMessage system) {
      return "System: " + system.text();
    } else if (message instanceof UserMessage user) {
      return "User: " + read(user.contents(), media);
    } else if (message instanceof ToolExecutionResultMessage result) {
      return "Result of " + result.toolName() + ": " + read(result.contents(), media);
    } else if (message instanceof AiMessage ai) {
      List<String> parts = new ArrayList<>(ai.text() == null ? List.of() : List.of(ai.text()));
      ai.toolExecutionRequests().forEach(call -> parts.add(call.name() + call.arguments()));
      return "Assistant: " + String.join("\n", parts);
    }
    throw unsupported("a message of type " + message.type());
  }

  private static String read(List<Content> contents, List<Media> media) {
    List<String> texts = new ArrayList<>();
    for (Content content : contents) {
      if (content instanceof TextContent text) {
        texts.add(text.text());
      } else if (content instanceof ImageContent picture) {
        media.add(image(picture.image()));
      } else {
        throw unsupported("content of type " + content.type());
      }
    }
    return String.join("\n", texts);
  }

  private static Image image(dev.langchain4j.data.image.Image image) {
    return image.base64Data() == null
        ? Image.of(image.url())
        : Image.ofDataUri("data:" + image.mimeType() + ";base64," + image.base64Data());
  }

  private static UnsupportedFeatureException unsupported(String what) {
    return new UnsupportedFeatureException(what + " cannot be judged, only text and images");
  }
}
