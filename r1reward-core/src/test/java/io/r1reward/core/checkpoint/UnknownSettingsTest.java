package io.r1reward.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.Json;
import io.r1reward.core.media.PreprocessorConfig;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not looked at must not pass for a default; one value has many spellings. */
class UnknownSettingsTest {
  private static final String SIZE = "\"size\": {\"longest_edge\": 501760, \"shortest_edge\": 784}";

  @TempDir Path folder;

  @Test
  void reads_the_image_settings_of_a_processor_config() throws IOException {
    write(
        "processor_config.json",
        "{\"image_processor\": {" + SIZE + "}, \"processor_class\": \"P\"}");
    PreprocessorConfig config = PreprocessorConfig.forCheckpoint(folder);
    assertThat(config.minPixels()).isEqualTo(784);
    assertThat(config.maxPixels()).isEqualTo(501760);
  }

  @Test
  void prefers_the_processor_config_as_the_newer_releases_do_and_says_so() throws IOException {
    write("preprocessor_config.json", "{\"max_pixels\": 12845056}");
    write("processor_config.json", "{\"image_processor\": {" + SIZE + "}}");
    assertThat(Warnings.of(() -> PreprocessorConfig.forCheckpoint(folder)))
        .contains("processor_config.json", "preprocessor_config.json differ", "12845056", "501760");
    assertThat(PreprocessorConfig.forCheckpoint(folder).maxPixels()).isEqualTo(501760);
    write("processor_config.json", "{\"processor_class\": \"Qwen2_5_VLProcessor\"}");
    assertThat(Warnings.of(() -> PreprocessorConfig.forCheckpoint(folder))).isEmpty();
    assertThat(PreprocessorConfig.forCheckpoint(folder).maxPixels()).isEqualTo(12845056);
  }

  @ParameterizedTest
  @ValueSource(strings = {"video_preprocessor_config.json", "processor_config.json"})
  void refuses_videos_in_other_patches_than_pictures(String name) throws IOException {
    String settings = "{\"temporal_patch_size\": 4, \"fps\": 2}";
    write(name, name.startsWith("video") ? settings : "{\"video_processor\": " + settings + "}");
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> PreprocessorConfig.forCheckpoint(folder))
        .withMessageContaining(name)
        .withMessageContaining("temporal_patch_size is 4 for videos, expected that of pictures, 2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"size\": {\"min_pixels\": 784, \"max_pixels\": 501760}} | 501760",
        "{\"size\": {\"shortest_edge\": 784, \"longest_edge\": 501760.0}} | 501760",
        "{\"max_pixels\": null, \"size\": {\"longest_edge\": 501760}} | 501760",
        "{\"max_pixels\": 5.0176e5} | 501760",
        "{\"max_pixels\": 501760, \"resample\": \"BICUBIC\", \"do_resize\": 1} | 501760",
        "{\"max_pixels\": 501760, \"resample\": \"PILImageResampling.BICUBIC\"} | 501760",
        "{\"max_pixels\": 501760, \"do_rescale\": \"True\", \"do_pad\": false} | 501760",
        "{\"max_pixels\": 501760, \"rescale_factor\": 0.003921568859368563} | 501760",
      })
  void reads_every_spelling_of_a_preprocessor_setting(String content, long maxPixels)
      throws IOException {
    Path file = write("preprocessor_config.json", content);
    assertThat(Warnings.of(() -> PreprocessorConfig.read(file))).isEmpty();
    assertThat(PreprocessorConfig.read(file).maxPixels()).isEqualTo(maxPixels);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"do_center_crop\": true} | do_center_crop is true, expected false",
        "{\"do_pad\": \"true\"} | do_pad is true, expected false",
        "{\"size\": {\"height\": 336, \"width\": 336}} | size is a height and a width, expected pixel",
        "{\"resample\": \"bilinear\"} | resample is bilinear, expected 3 (bicubic)",
        "{\"do_resize\": 2} | do_resize is 2, expected a boolean",
        "{\"min_pixels\": Infinity} | min_pixels is \"Infinity\", expected a whole number",
        "{\"max_pixels\": 1.5} | max_pixels is 1.5, expected a whole number",
      })
  void refuses_other_preprocessor_values_by_name(String content, String message)
      throws IOException {
    Path file = write("preprocessor_config.json", content);
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> PreprocessorConfig.read(file))
        .withMessageContaining(message);
  }

  @Test
  void warns_of_settings_it_does_not_know() throws IOException {
    Path file =
        write("preprocessor_config.json", "{\"sharpen\": 2, \"soften\": false, \"tiles\": null}");
    assertThat(Warnings.of(() -> PreprocessorConfig.read(file)))
        .contains(file + ": these settings are not known and have no effect here: [sharpen = 2]");

    ObjectNode config = config("config.json");
    config.put("logit_soft_cap", 30).put("new_feature", false);
    ((ObjectNode) config.path("vision_config")).put("deepstack", "yes");
    Path model = write("config.json", config.toString());
    assertThat(Warnings.of(() -> ModelConfig.read(model)))
        .contains("[vision_config.deepstack = \"yes\", logit_soft_cap = 30]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "config.nested.json"})
  void has_nothing_to_say_of_published_files(String name) {
    Path tiny = Reference.path("qwen25vl-tiny");
    assertThat(Warnings.of(() -> ModelConfig.read(tiny.resolve(name)))).isEmpty();
    assertThat(Warnings.of(() -> PreprocessorConfig.forCheckpoint(tiny))).isEmpty();
    ModelConfig config = ModelConfig.read(tiny.resolve(name));
    assertThat(
            Warnings.of(
                () -> GenerationConfig.read(tiny.resolve("generation_config.json"), config)))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "bfloat16, BF16",
    "torch.bfloat16, BF16",
    "bf16, BF16",
    "half, F16",
    "fp16, F16",
    "float, F32",
  })
  void reads_every_spelling_of_a_number_format(String name, DType dtype) throws IOException {
    ObjectNode config = config("config.json");
    config.put("torch_dtype", name).put("num_hidden_layers", 4.0).put("tie_word_embeddings", 0);
    ModelConfig read = ModelConfig.read(write("config.json", config.toString()));
    assertThat(read.dtype()).isEqualTo(dtype);
    assertThat(read.text().layers()).isEqualTo(4);
    assertThat(read.tieWordEmbeddings()).isFalse();
  }

  @Test
  void refuses_what_would_change_the_model() throws IOException {
    ObjectNode windows = config("config.nested.json");
    ((ObjectNode) windows.path("text_config")).putArray("layer_types").add("sliding_attention");
    assertRefused(windows, "text_config.layer_types is 'sliding_attention'");
    ObjectNode partly = config("config.json");
    partly.put("partial_rotary_factor", 0.5);
    assertRefused(partly, "partial_rotary_factor is 0.5, expected 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Qwen2_5_VLForSequenceClassification", "Qwen2_5_VLRewardModel"})
  void names_a_scalar_reward_model_as_what_it_is(String architecture) throws IOException {
    ObjectNode config = config("config.json");
    config.putArray("architectures").add(architecture);
    assertRefused(config, "architectures is " + architecture, "a scalar reward model");
  }

  @Test
  void warns_of_decoding_settings_it_does_not_follow() throws IOException {
    ModelConfig model = ModelConfig.read(Reference.path("qwen25vl-tiny/config.json"));
    Path plain =
        write(
            "plain.json",
            "{\"do_sample\": 1, \"top_k\": 5.0, \"eos_token_id\": [7.0], \"num_beams\": 1,"
                + " \"max_length\": 4096, \"typical_p\": 1.0, \"bos_token_id\": 3}");
    assertThat(Warnings.of(() -> GenerationConfig.read(plain, model))).isEmpty();
    GenerationConfig read = GenerationConfig.read(plain, model);
    assertThat(read.doSample()).isTrue();
    assertThat(read.topK()).isEqualTo(5);
    assertThat(read.eosTokenIds()).containsExactly(7);
    Path more =
        write("more.json", "{\"num_beams\": 4, \"no_repeat_ngram_size\": 3, \"typical_p\": 0.9}");
    assertThat(Warnings.of(() -> GenerationConfig.read(more, model)))
        .contains("num_beams = 4", "no_repeat_ngram_size = 3", "typical_p = 0.9");
  }

  private void assertRefused(JsonNode config, String... parts) throws IOException {
    Path file = write("config.json", config.toString());
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> ModelConfig.read(file))
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  private static ObjectNode config(String name) throws IOException {
    return (ObjectNode)
        Json.MAPPER.readTree(Files.readString(Reference.path("qwen25vl-tiny/" + name)));
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }
}
