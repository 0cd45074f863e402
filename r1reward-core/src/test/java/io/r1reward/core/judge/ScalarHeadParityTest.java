package io.r1reward.core.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.Streams;
import io.r1reward.Image;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.media.PreprocessorConfig;
import io.r1reward.core.media.VisionProcessor;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.ModelFamily;
import io.r1reward.core.model.qwen3_vl.Qwen3Pictures;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.ReferenceChats;
import io.r1reward.core.text.PromptEncoder;
import io.r1reward.core.text.Tokenizer;
import io.r1reward.core.torch.TorchEngine;
import io.r1reward.core.torch.TorchSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Value heads of the reference set on the hidden states of the engine. */
class ScalarHeadParityTest {

  @ParameterizedTest
  @ValueSource(strings = {"qwen25vl-tiny", "qwen25vl-tiny-tied", "qwen3vl-tiny"})
  void numbers_are_those_of_the_public_implementation(String checkpoint) {
    JsonNode prompts = prompts(checkpoint);
    try (Tokenizer tokenizer = Tokenizer.load(Reference.path(checkpoint));
        TorchEngine engine =
            TorchEngine.open(
                Reference.path(checkpoint), TorchSettings.of("cpu", "float32", "auto", 1))) {
      List<Prompt> chats = chats(checkpoint, prompts, tokenizer);
      List<float[]> hidden = engine.lastHidden(chats);
      ValueHead linear = head(checkpoint, "value_head.safetensors");
      ValueHead rounded = head(checkpoint, "value_head_bf16.safetensors");
      ValueHead mlp = head(checkpoint, "mlp_head.safetensors");
      for (int i = 0; i < chats.size(); i++) {
        JsonNode expected = prompts.get(i);
        String name = "scalar-head/" + checkpoint + "/expected.safetensors";
        assertThat(chats.get(i).tokens())
            .isEqualTo(
                Arrays.stream(Reference.tensors(name).longs("prompt_" + i + "/input_ids"))
                    .mapToInt(Math::toIntExact)
                    .toArray());
        assertThat(hidden.get(i))
            .usingComparatorWithPrecision(1e-4f)
            .containsExactly(Reference.tensors(name).floats("prompt_" + i + "/last_hidden"));
        assertThat(linear.value(hidden.get(i)))
            .isCloseTo(expected.get("score_linear").asDouble(), within(1e-4));
        assertThat(mlp.value(hidden.get(i)))
            .isCloseTo(expected.get("score_mlp").asDouble(), within(1e-4));
        assertThat(rounded.value(hidden.get(i)))
            .isCloseTo(expected.get("score_linear_with_bf16_head_file").asDouble(), within(1e-4));
      }
    }
  }

  /** What prompts share is read once; that changes no number by more than its rounding. */
  @ParameterizedTest
  @CsvSource({"qwen25vl-tiny", "qwen25vl-tiny-tied"})
  void numbers_do_not_depend_on_what_is_read_together(String checkpoint) {
    try (Tokenizer tokenizer = Tokenizer.load(Reference.path(checkpoint));
        TorchEngine engine =
            TorchEngine.open(
                Reference.path(checkpoint), TorchSettings.of("cpu", "float32", "auto", 1))) {
      ValueHead head = head(checkpoint, "value_head.safetensors");
      List<Prompt> chats = chats(checkpoint, prompts(checkpoint), tokenizer);
      Prompt picture = chats.get(1);
      Prompt other =
          Prompt.of(
              IntStream.concat(
                      Arrays.stream(picture.tokens()).limit(picture.length() - 3),
                      IntStream.of(5, 6))
                  .toArray(),
              picture.vision());
      List<float[]> together = engine.lastHidden(ImmutableList.of(picture, other));
      for (int i = 0; i < 2; i++) {
        Prompt prompt = i == 0 ? picture : other;
        double alone = head.value(engine.lastHidden(ImmutableList.of(prompt)).get(0));
        assertThat(head.value(together.get(i))).isCloseTo(alone, within(2e-5));
      }
    }
  }

  static ValueHead head(String checkpoint, String file) {
    return ValueHead.read(
        Reference.path("scalar-head/" + checkpoint + "/" + file), null, hidden(checkpoint));
  }

  static int hidden(String checkpoint) {
    return ModelConfig.read(Reference.path(checkpoint + "/config.json")).text().hiddenSize();
  }

  private static JsonNode prompts(String checkpoint) {
    return Reference.json("scalar-head/" + checkpoint + "/scores.json").get("prompts");
  }

  private static List<Prompt> chats(String checkpoint, JsonNode prompts, Tokenizer tokenizer) {
    ModelFamily family = ModelConfig.read(Reference.path(checkpoint + "/config.json")).family();
    PromptEncoder encoder =
        new PromptEncoder(tokenizer, family.chatTemplate().withGenerationPrompt(false), 2);
    VisionProcessor vision =
        VisionProcessor.builder(PreprocessorConfig.forCheckpoint(Reference.path(checkpoint)))
            .rule(
                checkpoint.startsWith("qwen3")
                    ? Qwen3Pictures.PROCESSOR // as the reference was made
                    : family.visionRule())
            .build();
    List<Prompt> chats = new ArrayList<>();
    for (JsonNode prompt : prompts) {
      List<VisionInput> media =
          Streams.stream(prompt.findValues("image").iterator())
              .map(
                  image ->
                      vision.process(Image.of(Reference.path("scalar-head/" + image.asText()))))
              .toList();
      chats.add(encoder.encode(ReferenceChats.messages(prompt.get("messages")), media));
    }
    return chats;
  }
}
