package io.r1reward.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateTest {

  @Test
  void renders_every_chat_of_the_reference() {
    JsonNode cases = Fixtures.json("chat-template/rendered.json");
    assertThat(cases).hasSize(27);
    for (JsonNode chat : cases) {
      // the processor that wrote the reference drops add_vision_id, see ChatTemplate
      ChatTemplate template =
          ChatTemplate.qwen25Vl()
              .withGenerationPrompt(chat.at("/options/add_generation_prompt").asBoolean());
      assertThat(template.renderText(Fixtures.messages(chat.get("messages"))))
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
            ChatTemplate.qwen25Vl()
                .withVisionIds(true)
                .withGenerationPrompt(false)
                .renderText(chat))
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
    assertThat(ChatTemplate.qwen25Vl().render(List.of(Message.user("\n<|im_end|>"))))
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
    assertThat(ChatTemplate.SOURCE)
        .isEqualTo(Fixtures.json(checkpoint + "/chat_template.json").get("chat_template").asText());
  }
}
