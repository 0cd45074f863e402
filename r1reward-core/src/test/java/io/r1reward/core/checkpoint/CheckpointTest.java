package io.r1reward.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.base.Splitter;
import com.google.common.primitives.ImmutableLongArray;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.Json;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.safetensors.MappedTensor;
import io.r1reward.core.safetensors.SafetensorsFile;
import io.r1reward.core.safetensors.SafetensorsWriter;
import io.r1reward.core.safetensors.TensorData;
import io.r1reward.core.safetensors.TensorInfo;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.RenamedCheckpoint;
import io.r1reward.core.testing.Warnings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
  private static final String INDEX = "model.safetensors.index.json";

  @TempDir Path parent;

  @Test
  void opens_a_single_file_with_its_own_head() {
    try (Checkpoint checkpoint = Checkpoint.open(Reference.path("qwen25vl-tiny"))) {
      assertThat(checkpoint.config().tieWordEmbeddings()).isFalse();
      assertThat(checkpoint.head().name()).isEqualTo("lm_head.weight");
      assertThat(checkpoint.head().dtype()).isEqualTo(DType.F32);
      assertThat(checkpoint.require("visual.patch_embed.proj.weight").shape())
          .isEqualTo(ImmutableLongArray.of(32, 3, 2, 14, 14));
      assertThat(checkpoint.generation().eosTokenIds()).containsExactly(918, 916);
      assertThat(checkpoint.preprocessor().maxPixels()).isEqualTo(12845056);
      // all of the file's 1,673,856 bytes of tensors are weights of 4 bytes
      assertThat(checkpoint.bytes()).isEqualTo(1_673_856);
      assertThat(checkpoint.parameters()).isEqualTo(1_673_856 / 4);
    }
  }

  @Test
  void opens_shards_with_a_tied_head() {
    try (Checkpoint checkpoint = Checkpoint.open(Reference.path("qwen25vl-tiny-tied"))) {
      assertThat(checkpoint.config().tieWordEmbeddings()).isTrue();
      assertThat(checkpoint.head().name()).isEqualTo("model.embed_tokens.weight");
      assertThat(checkpoint.head().dtype()).isEqualTo(DType.BF16);
      assertThat(checkpoint.head().shape()).isEqualTo(ImmutableLongArray.of(960, 96));
      // metadata.total_size of the index
      assertThat(checkpoint.bytes()).isEqualTo(809_968);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.language_model. model.visual. lm_head.",
        "language_model.model. visual. language_model.lm_head.",
        "language_model. visual. lm_head.",
        "module.model. module.visual. module.lm_head.",
        "_orig_mod.model.language_model. _orig_mod.model.visual. _orig_mod.lm_head.",
      })
  void opens_the_tensor_names_of_other_releases_under_the_classic_ones(String names) {
    List<String> written = Splitter.on(' ').splitToList(names);
    Path folder =
        RenamedCheckpoint.write(
            "qwen25vl-tiny",
            parent.resolve("renamed"),
            name ->
                name.replaceFirst("^model\\.", written.get(0))
                    .replaceFirst("^visual\\.", written.get(1))
                    .replaceFirst("^lm_head\\.", written.get(2)));
    try (Checkpoint original = Checkpoint.open(Reference.path("qwen25vl-tiny"));
        Checkpoint renamed = Checkpoint.open(folder)) {
      assertThat(renamed.tensors().keySet())
          .containsExactlyInAnyOrderElementsOf(original.tensors().keySet());
      MappedTensor norm = renamed.require("visual.merger.ln_q.weight");
      assertThat(norm.name()).isEqualTo("visual.merger.ln_q.weight");
      assertThat(norm.storedName()).isEqualTo(written.get(1) + "merger.ln_q.weight");
      assertThat(renamed.require("model.layers.3.mlp.up_proj.weight").bytes())
          .isEqualTo(original.require("model.layers.3.mlp.up_proj.weight").bytes());
    }
  }

  @Test
  void prefers_the_single_file_as_the_public_loader_does() throws IOException {
    Path folder = copy("qwen25vl-tiny");
    Files.writeString(folder.resolve(INDEX), "not even JSON");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.bytes()).isEqualTo(1_673_856);
    }
  }

  @Test
  void keeps_tensors_that_no_model_needs_out_of_the_count() throws IOException {
    Path folder = copy("qwen25vl-tiny");
    Path weights = folder.resolve("model.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      List<TensorData> tensors = new ArrayList<>(file.tensors().values());
      tensors.add(TensorData.of(TensorInfo.of("extra", DType.F32, 2), new float[2]));
      SafetensorsWriter.write(weights, tensors);
    }
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.require("extra", 2).toFloats()).containsExactly(0, 0);
      assertThat(checkpoint.parameters()).isEqualTo(1_673_856 / 4);
    }
  }

  @Test
  void refuses_a_folder_without_a_file_it_needs() throws IOException {
    refuses(parent.resolve("nowhere"), "there is no such checkpoint folder");
    Path folder = copy("qwen25vl-tiny");
    Files.delete(folder.resolve("model.safetensors"));
    refuses(folder, "neither model.safetensors nor model.safetensors.index.json is there");
    Files.delete(folder.resolve("config.json"));
    refuses(folder, "config.json: cannot be read");
  }

  @Test
  void refuses_another_type_of_model_before_it_looks_at_weights() throws IOException {
    Path folder = copy("qwen25vl-tiny");
    Files.delete(folder.resolve("model.safetensors"));
    change(folder.resolve("config.json"), root -> root.put("model_type", "qwen2_vl"));
    refuses(folder, "model_type is 'qwen2_vl', expected qwen2_5_vl");
  }

  @Test
  void names_the_tensor_that_is_missing() throws IOException {
    Path folder = copy("qwen25vl-tiny-tied");
    change(folder.resolve("config.json"), root -> root.put("tie_word_embeddings", false));
    refuses(folder, "tensor lm_head.weight is missing");
  }

  @Test
  void names_the_tensor_that_is_misshapen_with_both_shapes() throws IOException {
    Path folder = copy("qwen25vl-tiny");
    change(folder.resolve("config.json"), root -> root.put("intermediate_size", 161));
    refuses(
        folder,
        "tensor model.layers.0.mlp.gate_proj.weight has shape [160, 64], expected [161, 64]");
  }

  @Test
  void refuses_weights_in_a_format_for_whole_numbers() throws IOException {
    Path folder = copy("qwen25vl-tiny");
    Path weights = folder.resolve("model.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      List<TensorData> tensors = new ArrayList<>(file.tensors().values());
      tensors.removeIf(tensor -> tensor.info().name().equals("model.norm.weight"));
      tensors.add(
          TensorData.of(
              TensorInfo.of("model.norm.weight", DType.I32, 64), ByteBuffer.allocate(256)));
      SafetensorsWriter.write(weights, tensors);
    }
    refuses(folder, "tensor model.norm.weight I32 [64] is not F32, F16 or BF16");
  }

  @Test
  void refuses_patches_of_two_sizes() throws IOException {
    Path folder = copy("qwen25vl-tiny");
    change(folder.resolve("preprocessor_config.json"), root -> root.put("patch_size", 16));
    refuses(
        folder,
        "patch_size, temporal_patch_size and merge_size [16, 2, 2], config.json has [14, 2, 2]");
  }

  @Test
  void refuses_a_shard_that_is_missing() throws IOException {
    Path folder = copy("qwen25vl-tiny-tied");
    Files.delete(folder.resolve("model-00004-of-00005.safetensors"));
    refuses(folder, "1 of its 5 shards are missing, model-00004-of-00005.safetensors among them");
    Files.delete(folder.resolve("model-00002-of-00005.safetensors"));
    refuses(folder, "2 of its 5 shards are missing, model-00002-of-00005.safetensors among them");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "version https://git-lfs.github.com/spec/v1 | is a pointer of Git LFS",
        "<!DOCTYPE html><html></html> | is a web page, not the weights",
        "<html><body>404</body></html> | is a web page, not the weights",
      })
  void names_what_was_downloaded_in_the_place_of_weights(String content, String message)
      throws IOException {
    Path folder = copy("qwen25vl-tiny");
    Files.writeString(folder.resolve("model.safetensors"), content);
    refuses(folder, message);
  }

  @Test
  void warns_of_an_adapter_that_lies_beside_the_weights() throws IOException {
    Path folder = copy("qwen25vl-tiny");
    assertThat(Warnings.of(() -> Checkpoint.open(folder).close())).isEmpty();
    Files.writeString(folder.resolve("adapter_config.json"), "{}");
    assertThat(Warnings.of(() -> Checkpoint.open(folder).close()))
        .contains("adapter_config.json", "not applied");
  }

  @Test
  void names_a_scalar_reward_model_by_its_head() throws IOException {
    Path folder = copy("qwen25vl-tiny");
    Path weights = folder.resolve("model.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      List<TensorData> tensors = new ArrayList<>(file.tensors().values());
      tensors.removeIf(tensor -> tensor.info().name().equals("lm_head.weight"));
      tensors.add(
          TensorData.of(TensorInfo.of("v_head.summary.weight", DType.F32, 1), new float[1]));
      SafetensorsWriter.write(weights, tensors);
    }
    refuses(folder, "it has v_head.summary.weight, so it is a scalar reward model");
  }

  @Test
  void refuses_an_index_that_lists_a_tensor_in_the_wrong_shard() throws IOException {
    Path folder = copy("qwen25vl-tiny-tied");
    changeMap(folder, map -> map.put("model.norm.weight", "model-00001-of-00005.safetensors"));
    refuses(
        folder, "tensor model.norm.weight is not in its shard model-00001-of-00005.safetensors");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../qwen25vl-tiny/model.safetensors",
        "/etc/hostname",
        "sub/../../other.safetensors",
        ".",
        "",
      })
  void refuses_shards_outside_the_folder(String shard) throws IOException {
    Path folder = copy("qwen25vl-tiny-tied");
    changeMap(folder, map -> map.put("model.norm.weight", shard));
    refuses(folder, "tensor model.norm.weight: shard '" + shard + "' is outside the folder");
  }

  @Test
  void refuses_shards_that_are_no_file_names() throws IOException {
    Path folder = copy("qwen25vl-tiny-tied");
    changeMap(folder, map -> map.put("model.norm.weight", "a\0b"));
    refuses(folder, "is no file name");
    changeMap(folder, map -> map.put("model.norm.weight", 5));
    refuses(folder, "tensor model.norm.weight: 5 is not a file name");
    change(folder.resolve(INDEX), root -> root.put("weight_map", "x"));
    refuses(folder, "weight_map is not an object");
  }

  @Test
  void refuses_a_tensor_in_two_shards() throws IOException {
    Path folder = copy("qwen25vl-tiny-tied");
    SafetensorsWriter.write(
        folder.resolve("more.safetensors"),
        List.of(
            TensorData.of(TensorInfo.of("more", DType.F32, 1), new float[1]),
            TensorData.of(TensorInfo.of("model.norm.weight", DType.F32, 96), new float[96])));
    changeMap(folder, map -> map.put("more", "more.safetensors"));
    refuses(folder, "more.safetensors: tensor model.norm.weight is a duplicate, model-0000");
  }

  @Test
  void refuses_a_tensor_under_its_classic_and_its_newer_name() throws IOException {
    Path folder = copy("qwen25vl-tiny");
    Path weights = folder.resolve("model.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      List<TensorData> tensors = new ArrayList<>(file.tensors().values());
      MappedTensor norm = file.require("model.norm.weight");
      tensors.add(
          TensorData.of(
              new TensorInfo("model.language_model.norm.weight", norm.dtype(), norm.shape()),
              norm.bytes()));
      SafetensorsWriter.write(weights, tensors);
    }
    refuses(folder, "norm.weight is a duplicate, model.safetensors has it, too");
  }

  private Path copy(String name) throws IOException {
    Path target = Files.createDirectory(parent.resolve(name));
    try (Stream<Path> files = Files.list(Reference.path(name))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.write(target.resolve(file.getFileName().toString()), Files.readAllBytes(file));
      }
    }
    return target;
  }

  private static void changeMap(Path folder, Consumer<ObjectNode> change) throws IOException {
    change(folder.resolve(INDEX), root -> change.accept((ObjectNode) root.get("weight_map")));
  }

  private static void change(Path file, Consumer<ObjectNode> change) throws IOException {
    JsonNode root = Json.object(file);
    change.accept((ObjectNode) root);
    Files.writeString(file, root.toString());
  }

  private static void refuses(Path folder, String message) {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> Checkpoint.open(folder).close())
        .withMessageStartingWith(folder.toString())
        .withMessageContaining(message);
  }
}
