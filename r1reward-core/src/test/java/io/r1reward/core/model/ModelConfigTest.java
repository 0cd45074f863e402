package io.r1reward.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.primitives.ImmutableIntArray;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.Json;
import io.r1reward.core.model.qwen2_5_vl.Qwen25VisionConfig;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.testing.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelConfigTest {
  @TempDir Path folder;

  @Test
  void reads_every_field_of_the_flat_form() {
    ModelConfig config = ModelConfig.read(Reference.path("qwen25vl-tiny/config.json"));

    assertThat(config)
        .isEqualTo(
            new ModelConfig(
                ModelFamilies.require("qwen2_5_vl"),
                new TextConfig(
                    1000, 64, 160, 4, 4, 2, 4096, 1e-6, 1e6, ImmutableIntArray.of(2, 3, 3)),
                new Qwen25VisionConfig(
                    4, 32, 96, 2, 3, 14, 2, 2, 112, ImmutableIntArray.of(1, 3), 2, 64),
                false,
                DType.F32,
                928,
                929,
                925,
                926,
                ImmutableIntArray.of(918)));
    assertThat(config.text().headDim()).isEqualTo(16);
    assertThat(config.vision().headDim()).isEqualTo(16);
    assertThat(config.vision().patchValues()).isEqualTo(1176);
    assertThat(config.vision().mergedSize()).isEqualTo(128);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"quantization_config\": {\"quant_method\": \"awq\", \"bits\": 4}",
        "\"quantization_config\": {\"load_in_4bit\": true}",
        "\"compression_config\": {\"quant_method\": \"fp8\"}"
      })
  void a_quantised_checkpoint_is_refused_as_what_it_is(String setting) throws IOException {
    String plain = Files.readString(Reference.path("qwen25vl-tiny/config.json"));
    Path file =
        Files.writeString(
            folder.resolve("config.json"), plain.replaceFirst("\\{", "{" + setting + ","));
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> ModelConfig.read(file))
        .withMessageContaining("quantised checkpoints cannot be read")
        .withMessageContaining("export-onnx");
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen25vl-tiny", "qwen25vl-tiny-tied"})
  void reads_the_same_from_the_nested_form(String checkpoint) {
    assertThat(ModelConfig.read(Reference.path(checkpoint + "/config.nested.json")))
        .isEqualTo(ModelConfig.read(Reference.path(checkpoint + "/config.json")));
  }

  @Test
  void takes_missing_keys_from_the_public_defaults() throws IOException {
    // what save_pretrained leaves of a 72B configuration: only what differs from the defaults
    Path file =
        Files.writeString(
            folder.resolve("config.json"),
            """
            {"model_type": "qwen2_5_vl", "text_config": {"rope_scaling": {"mrope_section": [16, 24, 24]}},
             "vision_config": {"hidden_size": 1280, "out_hidden_size": 8192}}
            """);

    assertThat(ModelConfig.read(file))
        .isEqualTo(
            new ModelConfig(
                ModelFamilies.require("qwen2_5_vl"),
                new TextConfig(
                    152064,
                    8192,
                    29568,
                    80,
                    64,
                    8,
                    32768,
                    1e-5,
                    1e6,
                    ImmutableIntArray.of(16, 24, 24)),
                new Qwen25VisionConfig(
                    32,
                    1280,
                    3420,
                    16,
                    3,
                    14,
                    2,
                    2,
                    112,
                    ImmutableIntArray.of(7, 15, 23, 31),
                    4,
                    8192),
                false,
                DType.F32,
                151655,
                151656,
                151652,
                151653,
                ImmutableIntArray.of()));
  }

  @Test
  void reads_rotary_settings_under_their_newest_name() throws IOException {
    Path file =
        changed(
            root -> {
              root.remove("rope_theta");
              root.set("rope_parameters", root.remove("rope_scaling"));
              ((ObjectNode) root.get("rope_parameters")).put("rope_theta", 500000.0);
            });

    assertThat(ModelConfig.read(file).text().ropeTheta()).isEqualTo(500000.0);
    assertThat(ModelConfig.read(file).text().mropeSection())
        .isEqualTo(ImmutableIntArray.of(2, 3, 3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model_type | \"llama\" | model_type is 'llama', expected qwen2_5_vl",
        "model_type | null | model_type is missing, expected qwen2_5_vl",
        "use_sliding_window | true | use_sliding_window is true, expected false",
        "hidden_act | \"gelu\" | hidden_act is 'gelu', expected silu",
        "hidden_size | \"64\" | hidden_size is \"64\", expected a whole number",
        "hidden_size | 64.5 | hidden_size is 64.5, expected a whole number",
        "hidden_size | 99999999999 | hidden_size is 99999999999, expected a whole number",
        "hidden_size | 66 | num_attention_heads 4 does not divide hidden_size 66",
        "hidden_size | 0 | hidden_size is 0, expected more than 0",
        "num_key_value_heads | 3 | num_key_value_heads 3 does not divide num_attention_heads 4",
        "num_attention_heads | 8 | mrope_section [2, 3, 3] adds up to 8, expected half of the head size of 8",
        "rms_norm_eps | 0 | rms_norm_eps is 0.0, expected more than 0",
        "tie_word_embeddings | 2 | tie_word_embeddings is 2, expected a boolean",
        "torch_dtype | \"float64\" | torch_dtype is 'float64', expected float32",
        "image_token_id | 1000 | image_token_id is 1000, expected a token below vocab_size 1000",
        "vision_config | null | vision_config is missing, expected an object",
        "vision_config | [] | vision_config is [], expected an object",
        "vision_config.fullatt_block_indexes | [1, 4] | there is no block 4, depth is 4",
        "vision_config.out_hidden_size | 32 | vision_config.out_hidden_size is 32, expected hidden_size 64",
        "vision_config.num_heads | 3 | vision_config.num_heads 3 does not divide vision_config.hidden_size 32",
        "vision_config.window_size | 100 | the side of a merged patch, 28 does not divide vision_config.window_size 100",
        "vision_config.patch_size | 2147483646 | the side of a merged patch, 4294967292 does not divide",
        "vision_config.depth | 2000000000 | vision_config.depth is 2000000000, expected at most 10000",
        "num_hidden_layers | 10001 | num_hidden_layers is 10001, expected at most 10000",
        "rope_scaling | null | rope_scaling is missing",
        "rope_scaling.type | \"yarn\" | rope_scaling.type is 'yarn', expected mrope or default",
        "rope_scaling.mrope_section | [4, 4] | mrope_section is [4, 4], expected three counts",
      })
  void refuses_by_name(String key, String value, String message) throws IOException {
    JsonNode replacement = Json.MAPPER.readTree(value);
    Path file =
        changed(
            root -> {
              int dot = key.indexOf('.');
              ObjectNode parent = dot < 0 ? root : (ObjectNode) root.get(key.substring(0, dot));
              parent.set(key.substring(dot + 1), replacement);
            });

    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> ModelConfig.read(file))
        .withMessageStartingWith(file.toString())
        .withMessageContaining(message);
  }

  private Path changed(Consumer<ObjectNode> change) throws IOException {
    ObjectNode root = (ObjectNode) Reference.json("qwen25vl-tiny/config.json");
    change.accept(root);
    return Files.writeString(folder.resolve("config.json"), root.toString());
  }
}
