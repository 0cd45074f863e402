package io.r1reward.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.Json;
import io.r1reward.core.media.PreprocessorConfig;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.ModelShape;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.safetensors.TensorData;
import io.r1reward.core.safetensors.TensorInfo;
import io.r1reward.core.testing.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointWriterTest {
  @TempDir Path parent;

  @Test
  void copies_a_checkpoint_into_shards() throws IOException {
    Path source = Reference.path("qwen25vl-tiny");
    Path target = parent.resolve("copy");
    try (Checkpoint original = Checkpoint.open(source)) {
      CheckpointWriter.to(target)
          .companionsOf(source)
          .shardBytes(600_000)
          .threads(2)
          .write(List.copyOf(original.tensors().values()));
      // 1,673,856 bytes, of which embedding and head are 256,000 each, make 3 shards
      try (Stream<Path> files = Files.list(target)) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .containsExactlyInAnyOrder(
                "config.json",
                "generation_config.json",
                "preprocessor_config.json",
                "chat_template.json",
                "tokenizer.json",
                "tokenizer_config.json",
                "vocab.json",
                "merges.txt",
                "model-00001-of-00003.safetensors",
                "model-00002-of-00003.safetensors",
                "model-00003-of-00003.safetensors",
                "model.safetensors.index.json");
      }
      JsonNode index = Json.object(target.resolve("model.safetensors.index.json"));
      assertThat(index.at("/metadata/total_size").longValue()).isEqualTo(1_673_856);
      assertThat(index.at("/weight_map").size()).isEqualTo(105);
      try (Checkpoint copy = Checkpoint.open(target)) {
        assertThat(copy.config()).isEqualTo(original.config());
        assertThat(copy.generation()).isEqualTo(original.generation());
        original
            .tensors()
            .forEach(
                (name, tensor) ->
                    assertThat(copy.require(name, tensor.shape().toArray()).bytes())
                        .isEqualTo(tensor.bytes()));
      }
    }
    assertThat(Files.mismatch(source.resolve("tokenizer.json"), target.resolve("tokenizer.json")))
        .isEqualTo(-1);
  }

  @Test
  void configuration_names_the_format_of_the_weights() throws IOException {
    Path source = Reference.path("qwen25vl-tiny"); // torch_dtype is float32
    Path flat = parent.resolve("flat");
    Path nested = parent.resolve("nested");

    CheckpointWriter.to(flat).companionsOf(source).weightsIn(DType.BF16).write(List.of());
    CheckpointWriter.to(nested)
        .json(
            "config.json",
            Json.MAPPER.readTree(
                "{\"dtype\":\"float32\",\"text_config\":{\"dtype\":\"float32\",\"n\":1}}"))
        .weightsIn(DType.F16)
        .write(List.of());

    ObjectNode expected = (ObjectNode) Json.object(source.resolve("config.json"));
    assertThat(Json.object(flat.resolve("config.json")))
        .isEqualTo(expected.put("torch_dtype", "bfloat16"));
    assertThat(Json.object(nested.resolve("config.json")))
        .isEqualTo(
            Json.MAPPER.readTree(
                "{\"dtype\":\"float16\",\"text_config\":{\"dtype\":\"float16\",\"n\":1}}"));
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> CheckpointWriter.to(parent.resolve("none")).weightsIn(DType.BF16))
        .withMessageContaining("has no config.json");
  }

  @Test
  void settings_of_pictures_name_the_limit_in_whichever_file_they_stand() throws IOException {
    Path older = parent.resolve("older");
    CheckpointWriter.to(older)
        .companionsOf(Reference.path("qwen25vl-tiny"))
        .maxPixels(501_760)
        .write(List.of());
    assertThat(PreprocessorConfig.forCheckpoint(older).maxPixels()).isEqualTo(501_760);
    assertThat(Json.object(older.resolve("preprocessor_config.json")).path("max_pixels").asInt())
        .isEqualTo(501_760);

    Path newer = parent.resolve("newer");
    CheckpointWriter.to(newer)
        .json(
            "processor_config.json",
            Json.MAPPER.readTree(
                "{\"image_processor\":{\"size\":{\"shortest_edge\":3136,"
                    + "\"longest_edge\":12845056}},\"processor_class\":\"P\"}"))
        .maxPixels(784)
        .write(List.of());
    assertThat(Json.object(newer.resolve("processor_config.json")))
        .isEqualTo(
            Json.MAPPER.readTree(
                "{\"image_processor\":{\"size\":{\"shortest_edge\":784,\"longest_edge\":784},"
                    + "\"max_pixels\":784},\"processor_class\":\"P\"}"));
    assertThat(newer.resolve("preprocessor_config.json")).doesNotExist();

    Path none = parent.resolve("without");
    CheckpointWriter.to(none).maxPixels(100_352).write(List.of());
    assertThat(PreprocessorConfig.forCheckpoint(none).maxPixels()).isEqualTo(100_352);
  }

  @Test
  void writes_one_file_without_an_index_where_it_fits() throws IOException {
    Path target = parent.resolve("deep/er/copy");
    try (Checkpoint original = Checkpoint.open(Reference.path("qwen25vl-tiny-tied"))) {
      CheckpointWriter.to(target)
          .companionsOf(original.folder())
          .write(List.copyOf(original.tensors().values()));
    }
    assertThat(target.resolve("model.safetensors")).exists();
    assertThat(target.resolve("model.safetensors.index.json")).doesNotExist();
    try (Checkpoint copy = Checkpoint.open(target)) {
      assertThat(copy.bytes()).isEqualTo(809_968);
    }
  }

  @Test
  void leaves_nothing_behind_when_a_name_is_taken() throws IOException {
    TensorData tensor = TensorData.of(TensorInfo.of("a", DType.F32, 1), new float[1]);
    Path target = parent.resolve("twice");
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> CheckpointWriter.to(target).shardBytes(4).write(List.of(tensor, tensor)))
        .withMessage(target + ": tensor a F32 [1]: the name is taken");
    try (Stream<Path> left = Files.list(parent)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void refuses_a_folder_with_something_in_it() throws IOException {
    Path target = Files.createDirectory(parent.resolve("full"));
    Files.writeString(target.resolve("precious.txt"), "do not lose");
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> CheckpointWriter.to(target).write(List.of()))
        .withMessageContaining(target + ": cannot be written")
        .withMessageContaining("DirectoryNotEmptyException");
    assertThat(target.resolve("precious.txt")).hasContent("do not lose");
  }

  @Test
  void reads_back_every_configuration_it_writes() throws IOException {
    ModelConfig model = ModelShape.of("3b").config();
    Path file = parent.resolve("config.json");
    Files.writeString(file, ConfigJson.of(model).toString());
    assertThat(ModelConfig.read(file)).isEqualTo(model);

    GenerationConfig generation =
        new GenerationConfig(true, 0.7, 20, 0.8, 0.05, 1.05, model.eosTokenIds().asList(), 151643);
    Files.writeString(file, ConfigJson.of(generation).toString());
    assertThat(GenerationConfig.read(file, model)).isEqualTo(generation);

    PreprocessorConfig preprocessor =
        new PreprocessorConfig(
            784,
            501760,
            14,
            2,
            2,
            PreprocessorConfig.defaults().imageMean(),
            PreprocessorConfig.defaults().imageStd());
    Files.writeString(file, ConfigJson.of(preprocessor).toString());
    assertThat(PreprocessorConfig.read(file)).isEqualTo(preprocessor);
  }
}
