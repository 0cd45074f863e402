package io.r1reward.core.model.qwen3_vl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.primitives.ImmutableDoubleArray;
import io.r1reward.InvalidInputException;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.generate.VisionInput.Kind;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.ReferenceChats;
import io.r1reward.core.testing.ReferenceTensors;
import io.r1reward.core.testing.Warnings;
import io.r1reward.core.text.ChatTemplate;
import io.r1reward.core.text.Message;
import io.r1reward.core.text.Part;
import io.r1reward.core.text.PromptEncoder;
import io.r1reward.core.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Qwen3ChatTest {

  static List<String> cases() {
    return Reference.qwen3Cases();
  }

  private static boolean usesTools(JsonNode chat) {
    return chat.at("/options/tools").isArray()
        || chat.get("messages").toString().contains("tool_calls");
  }

  @Test
  void renders_every_chat_of_the_reference_that_needs_no_tools() {
    int compared = 0;
    for (JsonNode chat : Reference.json("qwen3vl/chat-template/rendered.json")) {
      if (usesTools(chat)) {
        continue;
      }
      ChatTemplate template =
          Qwen3Chat.PUBLISHED
              .withGenerationPrompt(chat.at("/options/add_generation_prompt").asBoolean())
              .withVisionIds(chat.at("/options/add_vision_id").asBoolean());
      assertThat(template.renderText(ReferenceChats.messages(chat.get("messages"))))
          .as(chat.get("name").asText())
          .isEqualTo(chat.get("rendered").asText());
      compared++;
    }
    assertThat(compared).isEqualTo(31);
  }

  @Test
  void prints_the_times_of_frames_as_python_does() {
    for (JsonNode video : Reference.json("qwen3vl/chat-template/timestamps.json")) {
      double[] times = Reference.numbers(video.get("timestamps"));
      List<String> texts = new ArrayList<>();
      for (double time : times) {
        texts.add("<" + Qwen3Chat.oneDecimal(time) + " seconds>");
      }
      assertThat(texts)
          .containsExactlyElementsOf(
              video.get("texts").valueStream().map(JsonNode::asText).toList());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gives_the_reference_ids_of_a_case(String name) {
    JsonNode info = Reference.json("cases/" + name + "/case.json");
    ReferenceTensors inputs = Reference.tensors("cases/" + name + "/inputs.safetensors");
    int[] ids = inputs.ints("input_ids");
    int[] mask = inputs.ints("attention_mask");
    int rows = info.get("messages").size();
    int length = ids.length / rows;
    int image = 0;
    int video = 0;
    try (Tokenizer tokenizer = Tokenizer.load(Reference.path(info.get("checkpoint").asText()))) {
      PromptEncoder encoder = new PromptEncoder(tokenizer, Qwen3Chat.PUBLISHED, 2);
      for (int row = 0; row < rows; row++) {
        List<Message> messages = ReferenceChats.messages(info.get("messages").get(row));
        assertThat(Qwen3Chat.PUBLISHED.renderText(messages))
            .isEqualTo(info.get("rendered_text").get(row).asText());
        List<VisionInput> vision = new ArrayList<>();
        for (Message message : messages) {
          for (Part part : message.parts()) {
            if (part.equals(Part.IMAGE)) {
              vision.add(medium(inputs, "image_grid_thw", image++, ImmutableDoubleArray.of()));
            } else if (part.equals(Part.VIDEO)) {
              JsonNode times = info.get("video_metadata").get(video);
              vision.add(medium(inputs, "video_grid_thw", video++, times(times)));
            }
          }
        }
        Prompt prompt = encoder.encode(messages, vision);
        int start = row * length;
        assertThat(prompt.tokens())
            .isEqualTo(
                IntStream.range(start, start + length)
                    .filter(i -> mask[i] == 1)
                    .map(i -> ids[i])
                    .toArray());
      }
    }
  }

  /** Mean times of pairs of frames; an odd last one counts twice. */
  private static ImmutableDoubleArray times(JsonNode metadata) {
    int[] indices = Reference.ints(metadata.get("frames_indices"));
    double fps = metadata.get("fps").asDouble();
    ImmutableDoubleArray.Builder times = ImmutableDoubleArray.builder();
    for (int i = 0; i < indices.length; i += 2) {
      int last = Math.min(i + 1, indices.length - 1);
      times.add((indices[i] / fps + indices[last] / fps) / 2);
    }
    return times.build();
  }

  private static VisionInput medium(
      ReferenceTensors inputs, String grids, int index, ImmutableDoubleArray seconds) {
    int[] grid = inputs.ints(grids);
    int t = grid[3 * index];
    int h = grid[3 * index + 1];
    int w = grid[3 * index + 2];
    Kind kind = grids.startsWith("image") ? Kind.IMAGE : Kind.VIDEO;
    return new VisionInput(kind, new float[t * h * w], t, h, w, 0, seconds.asList());
  }

  @Test
  void a_video_without_times_is_refused() {
    VisionInput video = new VisionInput(Kind.VIDEO, new float[8], 2, 2, 2, 1);
    List<Message> chat = List.of(Message.user(List.of(Part.VIDEO)));
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(
            () -> Qwen3Chat.PUBLISHED.place(Qwen3Chat.PUBLISHED.render(chat), List.of(video)))
        .withMessage("a video of 2 time steps has 0 times, expected one for each");
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void knows_the_published_template_in_each_file(String checkpoint) {
    assertThat(Warnings.of(() -> Qwen3Chat.PUBLISHED.comparedWith(Reference.path(checkpoint))))
        .isEmpty();
    assertThat(Warnings.of(() -> Qwen3Chat.PUBLISHED.comparedWith(Reference.path("qwen25vl-tiny"))))
        .contains("is not the published Qwen3-VL chat template");
  }

  static List<String> checkpoints() {
    return List.of("qwen3vl-tiny", "qwen3vl-tiny-tied");
  }
}
