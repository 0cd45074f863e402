package io.r1reward.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.common.collect.ImmutableList;
import io.r1reward.CheckpointException;
import io.r1reward.core.media.PreprocessorConfig;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.testing.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link GenerationConfig} and {@link PreprocessorConfig}. */
class SmallConfigsTest {
  @TempDir Path folder;

  private final ModelConfig model = ModelConfig.read(Reference.path("qwen25vl-tiny/config.json"));

  @Test
  void reads_the_published_generation_settings() {
    GenerationConfig config =
        GenerationConfig.read(Reference.path("qwen25vl-tiny/generation_config.json"), model);

    // top_k is absent there: 50 is the public implementation's default
    assertThat(config)
        .isEqualTo(new GenerationConfig(true, 1e-6, 50, 1, 0, 1.05, List.of(918, 916), 916));
  }

  @Test
  void is_greedy_and_ends_at_the_models_tokens_without_a_generation_file() {
    assertThat(GenerationConfig.read(folder.resolve("generation_config.json"), model))
        .isEqualTo(new GenerationConfig(false, 1, 50, 1, 0, 1, List.of(918), null));
  }

  @Test
  void reads_a_single_end_token_and_treats_null_as_missing() throws IOException {
    Path file =
        json("{\"eos_token_id\": 5, \"top_p\": 0.8, \"temperature\": null, \"unknown\": {}}");
    assertThat(GenerationConfig.read(file, model))
        .isEqualTo(new GenerationConfig(false, 1, 50, 0.8, 0, 1, List.of(5), null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"do_sample\": \"yes\"} | do_sample is \"yes\", expected a boolean",
        "{\"temperature\": -1} | temperature is -1.0, expected at least 0",
        "{\"temperature\": \"hot\"} | temperature is \"hot\", expected a number",
        "{\"top_k\": 1.5} | top_k is 1.5, expected a whole number",
        "{\"top_k\": -2} | top_k is -2, expected at least 0",
        "{\"top_p\": 0} | top_p is 0.0, expected more than 0 and at most 1",
        "{\"min_p\": 2} | min_p is 2.0, expected 0 to 1",
        "{\"repetition_penalty\": 0} | repetition_penalty is 0.0, expected above 0",
        "{\"eos_token_id\": [1, \"2\"]} | eos_token_id is \"2\", expected a whole number",
        "{\"eos_token_id\": -1} | eos_token_id is [-1], expected no negative token",
        "{\"top_k\": 1, \"top_k\": 2} | is not valid JSON: Duplicate field 'top_k'",
        "{} {} | is not valid JSON: Trailing token",
        "[] | is not a JSON object",
        "'' | is not a JSON object",
      })
  void refuses_generation_settings_by_name(String content, String message) throws IOException {
    Path file = json(content);
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> GenerationConfig.read(file, model))
        .withMessageStartingWith(file + ": ")
        .withMessageContaining(message);
  }

  @Test
  void reads_a_top_k_of_minus_one_as_other_tools_write_it() throws IOException {
    assertThat(GenerationConfig.read(json("{\"top_k\": -1}"), model).topK()).isZero();
    assertThat(GenerationConfig.read(json("{\"top_k\": 0}"), model).topK()).isZero();
  }

  @Test
  void refuses_json_that_is_not_utf_8() throws IOException {
    Path file = Files.write(folder.resolve("c.json"), new byte[] {'{', '"', (byte) 0xff, '"'});
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> GenerationConfig.read(file, model))
        .withMessage(file + ": is not valid UTF-8");
  }

  @Test
  void reads_the_published_preprocessor_settings() {
    assertThat(PreprocessorConfig.read(Reference.path("qwen25vl-tiny/preprocessor_config.json")))
        .isEqualTo(
            new PreprocessorConfig(
                3136,
                12845056,
                14,
                2,
                2,
                ImmutableList.of(0.48145466, 0.4578275, 0.40821073),
                ImmutableList.of(0.26862954, 0.26130258, 0.27577711)));
  }

  @Test
  void has_the_public_defaults_without_a_preprocessor_file() {
    PreprocessorConfig config = PreprocessorConfig.read(folder.resolve("preprocessor_config.json"));
    assertThat(config).isEqualTo(PreprocessorConfig.defaults());
    assertThat(config.minPixels()).isEqualTo(56 * 56);
    assertThat(config.maxPixels()).isEqualTo(28 * 28 * 1280);
  }

  @Test
  void reads_limits_under_size_unless_they_stand_outside() throws IOException {
    String size = "\"size\": {\"shortest_edge\": 784, \"longest_edge\": 501760}";
    PreprocessorConfig inside = PreprocessorConfig.read(json("{" + size + "}"));
    assertThat(inside.minPixels()).isEqualTo(784);
    assertThat(inside.maxPixels()).isEqualTo(501760);
    PreprocessorConfig both =
        PreprocessorConfig.read(json("{" + size + ", \"max_pixels\": 1003520}"));
    assertThat(both.minPixels()).isEqualTo(784);
    assertThat(both.maxPixels()).isEqualTo(1003520);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"min_pixels\": 0} | min_pixels is 0, expected more than 0",
        "{\"max_pixels\": 100} | max_pixels is 100, expected at least min_pixels 3136",
        "{\"max_pixels\": \"many\"} | max_pixels is \"many\", expected a whole number",
        "{\"size\": 7} | size is 7, expected an object",
        "{\"size\": {\"longest_edge\": 1.5}} | size.longest_edge is 1.5, expected a whole number",
        "{\"image_mean\": [0.5, 0.5]} | image_mean is [0.5, 0.5], expected 3 numbers",
        "{\"image_mean\": 0.5} | image_mean is 0.5, expected a list of numbers",
        "{\"image_std\": [0.5, 0, 0.5]} | image_std is [0.5, 0.0, 0.5], expected 3 numbers above 0",
        "{\"do_resize\": false} | do_resize is false, expected true",
        "{\"do_rescale\": false} | do_rescale is false, expected true",
        "{\"do_normalize\": false} | do_normalize is false, expected true",
        "{\"do_convert_rgb\": false} | do_convert_rgb is false, expected true",
        "{\"resample\": 2} | resample is 2, expected 3 (bicubic)",
        "{\"rescale_factor\": 0.5} | rescale_factor is 0.5, expected 1/255",
      })
  void refuses_preprocessor_settings_by_name(String content, String message) throws IOException {
    Path file = json(content);
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> PreprocessorConfig.read(file))
        .withMessageStartingWith(file + ": ")
        .withMessageContaining(message);
  }

  @Test
  void accepts_the_steps_it_always_does() throws IOException {
    Path file =
        json(
            "{\"do_resize\": true, \"do_rescale\": true, \"do_normalize\": true, \"resample\": 3,"
                + " \"rescale_factor\": 0.00392156862745098}");
    assertThat(PreprocessorConfig.read(file)).isEqualTo(PreprocessorConfig.defaults());
  }

  private Path json(String content) throws IOException {
    return Files.writeString(folder.resolve("c.json"), content);
  }
}
