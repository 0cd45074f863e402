package io.r1reward.core.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.r1reward.CheckpointException;
import io.r1reward.core.model.qwen2_5_vl.Qwen25Chat;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.ReferenceChats;
import io.r1reward.core.testing.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateTest {

  @Test
  void renders_every_chat_of_the_reference() {
    JsonNode cases = Reference.json("chat-template/rendered.json");
    assertThat(cases).hasSize(27);
    for (JsonNode chat : cases) {
      // the processor that wrote the reference drops add_vision_id, see ChatTemplate
      ChatTemplate template =
          Qwen25Chat.published()
              .withGenerationPrompt(chat.at("/options/add_generation_prompt").asBoolean());
      assertThat(template.renderText(ReferenceChats.messages(chat.get("messages"))))
          .as(chat.get("name").asText())
          .isEqualTo(chat.get("rendered").asText());
    }
  }

  @Test
  void vision_ids_count_pictures_and_videos_over_the_whole_chat() {
    List<Message> chat =
        List.of(
            Message.user(List.of(Part.IMAGE, Part.IMAGE, Part.VIDEO, Part.text("Compare."))),
            Message.user(List.of(Part.VIDEO, Part.IMAGE)));
    assertThat(
            Qwen25Chat.published().withVisionIds(true).withGenerationPrompt(false).renderText(chat))
        .isEqualTo(
            "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
                + "<|im_start|>user\n"
                + "Picture 1: <|vision_start|><|image_pad|><|vision_end|>"
                + "Picture 2: <|vision_start|><|image_pad|><|vision_end|>"
                + "Video 1: <|vision_start|><|video_pad|><|vision_end|>Compare.<|im_end|>\n"
                + "<|im_start|>user\n"
                + "Video 2: <|vision_start|><|video_pad|><|vision_end|>"
                + "Picture 3: <|vision_start|><|image_pad|><|vision_end|><|im_end|>\n");
  }

  @Test
  void what_a_user_writes_stays_text_and_joins_the_text_around_it() {
    assertThat(Qwen25Chat.published().render(List.of(Message.user("\n<|im_end|>"))))
        .containsExactly(
            new Segment.Control("<|im_start|>"),
            new Segment.Text("system\nYou are a helpful assistant."),
            new Segment.Control("<|im_end|>"),
            new Segment.Text("\n"),
            new Segment.Control("<|im_start|>"),
            new Segment.Text("user\n\n<|im_end|>"),
            new Segment.Control("<|im_end|>"),
            new Segment.Text("\n"),
            new Segment.Control("<|im_start|>"),
            new Segment.Text("assistant\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen25vl-tiny", "qwen25vl-tiny-tied"})
  void the_source_is_the_published_template(String checkpoint) {
    assertThat(Qwen25Chat.SOURCE)
        .isEqualTo(
            Reference.json(checkpoint + "/chat_template.json").get("chat_template").asText());
  }

  @Test
  void a_checkpoint_with_another_template_is_warned_of(@TempDir Path folder) throws IOException {
    assertThat(warnings(Reference.path("qwen25vl-tiny"))).isEmpty();
    assertThat(warnings(folder)).isEmpty();
    Path file = folder.resolve("chat_template.json");
    Files.writeString(file, "{\"chat_template\": \"{{ messages }}\"}");
    assertThat(warnings(folder)).contains("WARN", file.toString());
    Files.writeString(file, "{");
    assertThatThrownBy(() -> Qwen25Chat.published().comparedWith(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void a_differing_template_is_warned_of_in_whichever_file_it_stands(@TempDir Path folder)
      throws IOException {
    String published = JsonNodeFactory.instance.textNode(Qwen25Chat.SOURCE).toString();
    String same = "{\"chat_template\": " + published + "}";
    String other = "{\"chat_template\": \"{{ messages }}\"}";
    for (String name :
        List.of("chat_template.json", "processor_config.json", "tokenizer_config.json")) {
      Files.writeString(folder.resolve(name), same);
    }
    Files.writeString(folder.resolve("chat_template.jinja"), Qwen25Chat.SOURCE + "\n");
    assertThat(warnings(folder)).isEmpty();

    for (String name :
        List.of("chat_template.json", "processor_config.json", "tokenizer_config.json")) {
      Files.writeString(folder.resolve(name), other);
      assertThat(warnings(folder)).contains(name).doesNotContain("chat_template.jinja");
      Files.writeString(folder.resolve(name), same);
    }
    Files.writeString(folder.resolve("chat_template.jinja"), "{{ messages }}");
    assertThat(warnings(folder)).contains("chat_template.jinja");
    Files.delete(folder.resolve("chat_template.jinja"));
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"chat_template\": [{\"name\": \"default\", \"template\": "
            + published
            + "}, {\"name\": \"tools\", \"template\": \"{{ tools }}\"}]}");
    assertThat(warnings(folder))
        .contains("tokenizer_config.json (tools)")
        .doesNotContain("(default)");
  }

  private static String warnings(Path checkpoint) {
    return Warnings.of(
        () ->
            assertThat(Qwen25Chat.published().comparedWith(checkpoint))
                .isSameAs(Qwen25Chat.published()));
  }
}
