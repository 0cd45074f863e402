package io.r1reward.core.model.qwen3_vl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.common.primitives.ImmutableIntArray;
import io.r1reward.CheckpointException;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.json.JsonFields;
import io.r1reward.core.media.PreprocessorConfig;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.ModelFamilies;
import io.r1reward.core.model.ModelShape;
import io.r1reward.core.model.ModelTensors;
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

class Qwen3ConfigTest {
  @TempDir private Path folder;

  private ModelConfig changed(String from, String to) throws IOException {
    String text = Files.readString(Reference.path("qwen3vl-tiny/config.json"));
    assertThat(text).contains(from);
    Path file = folder.resolve("config.json");
    Files.writeString(file, text.replace(from, to));
    return ModelConfig.read(file);
  }

  @Test
  void reads_the_published_form() {
    ModelConfig config = ModelConfig.read(Reference.path("qwen3vl-tiny/config.json"));
    assertThat(config.family()).isSameAs(ModelFamilies.require(Qwen3Vl.TYPE));
    assertThat(config.text().headDim()).isEqualTo(24);
    assertThat(config.text().qkNorm()).isTrue();
    assertThat(config.text().ropeTheta()).isEqualTo(5_000_000);
    assertThat(config.text().mropeSection()).isEqualTo(ImmutableIntArray.of(6, 3, 3));
    assertThat(config.vision().deepStackBlocks()).isEqualTo(ImmutableIntArray.of(0, 2, 3));
    assertThat(config.eosTokenIds()).isEqualTo(ImmutableIntArray.of(758));
    assertThat(config.tieWordEmbeddings()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen3vl-tiny", "qwen3vl-tiny-tied"})
  void what_is_written_reads_as_the_same(String checkpoint) throws IOException {
    ModelConfig config = ModelConfig.read(Reference.path(checkpoint + "/config.json"));
    Path file = folder.resolve("config.json");
    Files.writeString(file, config.family().json(config).toPrettyString());
    assertThat(ModelConfig.read(file)).isEqualTo(config);
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen3vl-tiny", "qwen3vl-tiny-tied"})
  void the_published_files_open_without_a_warning(String checkpoint) {
    assertThat(Warnings.of(() -> Checkpoint.open(Reference.path(checkpoint)).close())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"attention_bias\": false | \"attention_bias\": true | attention_bias is true, expected"
            + " false",
        "\"mrope_interleaved\": true | \"mrope_interleaved\": false | mrope_interleaved is false,"
            + " expected true",
        "\"gelu_pytorch_tanh\" | \"gelu\" | hidden_act is 'gelu', expected gelu_pytorch_tanh",
        "\"num_position_embeddings\": 64 | \"num_position_embeddings\": 60 |"
            + " num_position_embeddings is 60, expected a square number",
        "\"head_dim\": 24 | \"head_dim\": 16 | adds up to 12, expected half of the head size of 16",
        "\"depth\": 4 | \"depth\": 3 | deepstack_visual_indexes: 3 is no block behind 2 below depth"
            + " 3",
      })
  void what_cannot_be_computed_is_refused(String from, String to, String message) {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> changed(from, to))
        .withMessageContaining(message);
  }

  @Test
  void missing_keys_have_the_defaults_of_the_public_classes() throws IOException {
    Path file = folder.resolve("config.json");
    Files.writeString(
        file,
        """
        {"model_type": "qwen3_vl", "text_config": {"rope_scaling": {}},
         "vision_config": {"out_hidden_size": 4096}}
        """);
    ModelConfig config = ModelConfig.read(file);
    assertThat(config.text().intermediateSize()).isEqualTo(22016);
    assertThat(config.text().headDim()).isEqualTo(128);
    assertThat(config.vision().deepStackBlocks()).isEqualTo(ImmutableIntArray.of(8, 16, 24));
    assertThat(Qwen3ConfigJson.of(config).at("/vision_config/patch_size").asInt()).isEqualTo(16);
    assertThat(JsonFields.read(file).text("model_type", "")).isEqualTo("qwen3_vl");
  }

  @Test
  void the_published_settings_of_pictures_are_those_of_the_reference() {
    assertThat(ModelFamilies.require(Qwen3Vl.TYPE).publishedPictures())
        .isEqualTo(
            PreprocessorConfig.read(Reference.path("qwen3vl-tiny/preprocessor_config.json")));
  }

  /** Numbers of weights of the published models, in billions. */
  @ParameterizedTest
  @CsvSource({"qwen3vl-2b, 2.13", "qwen3vl-4b, 4.44", "qwen3vl-8b, 8.77"})
  void shapes_have_the_weights_of_the_published_models(String label, double billions) {
    long weights = ModelTensors.parameters(ModelShape.of(label).config());
    assertThat(weights / 1e9).isBetween(billions - 0.005, billions + 0.005);
  }
}
