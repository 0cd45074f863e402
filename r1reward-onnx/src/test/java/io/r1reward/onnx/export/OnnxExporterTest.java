package io.r1reward.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.r1reward.CheckpointException;
import io.r1reward.InvalidInputException;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.checkpoint.CheckpointWriter;
import io.r1reward.core.safetensors.MappedTensor;
import io.r1reward.core.safetensors.SafetensorsFile;
import io.r1reward.core.safetensors.TensorData;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.RenamedCheckpoint;
import io.r1reward.onnx.TestExports;
import io.r1reward.onnx.manifest.ExportManifest;
import io.r1reward.onnx.runtime.ExportTrial;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxExporterTest {
  private static final ExportOptions FLOATS = ExportOptions.builder(Precision.FLOAT32).build();
  private static final ExportOptions INT4 = ExportOptions.builder(Precision.INT4).build();

  @TempDir Path folder;

  @Test
  void takes_float32_weights_from_the_checkpoint_itself() throws IOException {
    Path export = TestExports.floats(TestExports.TINY, folder);

    assertThat(names(export))
        .containsExactlyInAnyOrder(
            "decoder.onnx",
            "vision.onnx",
            "weights-00001.safetensors",
            "r1reward-onnx.json",
            "config.json",
            "generation_config.json",
            "preprocessor_config.json",
            "chat_template.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "vocab.json",
            "merges.txt");
    Path original = Reference.path(TestExports.TINY).resolve("model.safetensors");
    assertThat(Files.isSameFile(export.resolve("weights-00001.safetensors"), original)).isTrue();
    try (SafetensorsFile file = SafetensorsFile.open(original)) {
      for (TensorProto tensor : weights(export, "decoder.onnx")) {
        Map<String, String> place = place(tensor);
        assertThat(place).containsEntry("location", "weights-00001.safetensors");
        assertThat(place)
            .containsEntry("offset", Long.toString(file.require(tensor.getName()).position()));
      }
    }
    assertThat(ExportManifest.read(export).embedding())
        .isEqualTo(
            new ExportManifest.Embedding("weights-00001.safetensors", "model.embed_tokens.weight"));
  }

  @Test
  void links_weights_that_have_the_names_of_a_newer_release() {
    Path source =
        RenamedCheckpoint.write(
            TestExports.TINY, folder.resolve("newer"), RenamedCheckpoint::newer);
    Path export = folder.resolve("export");

    ExportManifest manifest = OnnxExporter.export(source, export, FLOATS, ExportProgress.SILENT);

    assertThat(manifest.embedding().file()).startsWith("weights-");
    assertThat(manifest.embedding().tensor()).isEqualTo("model.language_model.embed_tokens.weight");
    ExportTrial.run(export); // opens and computes
  }

  @Test
  void calls_no_export_done_whose_numbers_are_none() throws IOException {
    Path source = folder.resolve("broken");
    try (Checkpoint tiny = Checkpoint.open(Reference.path(TestExports.TINY))) {
      List<TensorData> tensors = new ArrayList<>(tiny.tensors().values());
      MappedTensor norm = tiny.require("model.norm.weight");
      tensors.remove(norm);
      float[] values = norm.toFloats();
      values[5] = Float.NaN;
      tensors.add(TensorData.of(norm.info(), values));
      CheckpointWriter.to(source).companionsOf(tiny.folder()).write(tensors);
    }
    Path target = folder.resolve("export");

    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> OnnxExporter.export(source, target, FLOATS, ExportProgress.SILENT))
        .withMessageContaining("a logit of it is NaN");
    assertThat(names(folder)).containsExactly("broken");
  }

  @Test
  void copies_where_it_must_not_link() throws IOException {
    Path export =
        TestExports.export(
            TestExports.TINY, folder, ExportOptions.builder(Precision.FLOAT32).link(false).build());

    assertThat(names(export))
        .contains("decoder.onnx.data", "vision.onnx.data", "embed_tokens.safetensors")
        .doesNotContain("weights-00001.safetensors");
    for (TensorProto tensor : weights(export, "decoder.onnx")) {
      assertThat(Long.parseLong(place(tensor).get("offset")) % 4096).isZero();
    }
    // one float each, apart from the embedding, which lies in its own file
    long decoderFloats =
        weights(export, "decoder.onnx").stream()
            .mapToLong(tensor -> Long.parseLong(place(tensor).get("length")) / 4)
            .sum();
    long visionFloats =
        weights(export, "vision.onnx").stream()
            .mapToLong(tensor -> Long.parseLong(place(tensor).get("length")) / 4)
            .sum();
    assertThat(decoderFloats + visionFloats + 1000 * 64)
        .isEqualTo(ExportManifest.read(export).parameters());
  }

  @Test
  void quantises_matrices_and_keeps_what_it_is_told_to() throws IOException {
    ExportOptions options =
        ExportOptions.builder(Precision.INT4)
            .head(Precision.FLOAT32)
            .vision(Precision.FLOAT32)
            .keep("model\\.layers\\.0\\..*")
            .accuracyLevel(0)
            .build();

    Path export = TestExports.export(TestExports.TIED, folder, options);

    List<NodeProto> matrices = new ArrayList<>();
    for (NodeProto node : model(export, "decoder.onnx").getGraph().getNodeList()) {
      if (node.getOpType().equals("MatMulNBits") || node.getOpType().equals("Gemm")) {
        matrices.add(node);
      }
    }
    // 7 matrices in floats, 7 quantised of which query, key and value are one, and the head
    assertThat(matrices).hasSize(13);
    assertThat(matrices)
        .filteredOn(node -> node.getOpType().equals("MatMulNBits"))
        .hasSize(5)
        .allSatisfy(node -> assertThat(node.getInput(1)).startsWith("model.layers.1."));
    TensorProto stacked =
        weights(export, "decoder.onnx").stream()
            .filter(
                each ->
                    each.getName()
                        .equals(
                            "model.layers.1.self_attn.q_proj.weight"
                                + "+model.layers.1.self_attn.k_proj.weight"
                                + "+model.layers.1.self_attn.v_proj.weight.codes"))
            .findFirst()
            .orElseThrow();
    // 6 query heads and twice 2 key and value heads of 16 rows; 96 columns are 3 blocks
    assertThat(stacked.getDimsList()).containsExactly(160L, 3L, 16L);
    TensorProto codes =
        weights(export, "decoder.onnx").stream()
            .filter(each -> each.getName().equals("model.layers.1.mlp.down_proj.weight.codes"))
            .findFirst()
            .orElseThrow();
    // 96 rows of 136 values: 5 blocks of 32, two values a byte
    assertThat(codes.getDimsList()).containsExactly(96L, 5L, 16L);
  }

  @Test
  void lists_every_file_with_its_size_and_content() throws IOException {
    Path export = TestExports.export(TestExports.TIED, folder, INT4);

    ExportManifest manifest = ExportManifest.read(export);

    manifest.verify(export);
    List<String> listed = new ArrayList<>();
    manifest.files().forEach(file -> listed.add(file.name()));
    listed.add("r1reward-onnx.json");
    assertThat(names(export)).containsExactlyInAnyOrderElementsOf(listed);
    assertThat(manifest.source()).isEqualTo(TestExports.TIED);
    assertThat(manifest.options())
        .containsEntry("weights", "INT4")
        .containsEntry("head", "INT8")
        .containsEntry("block_size", "32")
        .containsEntry("accuracy_level", "4");
  }

  @Test
  void exports_the_same_bytes_twice() throws IOException {
    Path first =
        TestExports.export(TestExports.TIED, Files.createDirectory(folder.resolve("a")), INT4);
    Path second =
        TestExports.export(TestExports.TIED, Files.createDirectory(folder.resolve("b")), INT4);

    assertThat(second.resolve("r1reward-onnx.json"))
        .hasSameTextualContentAs(first.resolve("r1reward-onnx.json"));
  }

  @Test
  void tells_its_progress_up_to_the_end() {
    List<Long> reported = new ArrayList<>();

    OnnxExporter.export(
        Reference.path(TestExports.TIED),
        folder.resolve("out"),
        INT4,
        (done, total) -> {
          assertThat(done).isBetween(0L, total);
          reported.add(done);
        });

    assertThat(reported).isSorted().hasSizeGreaterThan(20);
    assertThat(reported.get(reported.size() - 1)).isGreaterThan(800_000);
  }

  @Test
  void replaces_an_export_only_when_told_to() {
    TestExports.floats(TestExports.TIED, folder);

    assertThatThrownBy(() -> TestExports.export(TestExports.TIED, folder, INT4))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("already exists");
    ExportOptions overwriting = ExportOptions.builder(Precision.INT4).overwrite(true).build();
    Path export = TestExports.export(TestExports.TIED, folder, overwriting);

    assertThat(ExportManifest.read(export).options()).containsEntry("weights", "INT4");
    assertThat(names(folder)).containsExactly(TestExports.TIED);
  }

  @Test
  void never_replaces_a_folder_that_is_no_export() throws IOException {
    Files.createDirectories(folder.resolve(TestExports.TIED));
    ExportOptions overwriting = ExportOptions.builder(Precision.INT4).overwrite(true).build();

    assertThatThrownBy(() -> TestExports.export(TestExports.TIED, folder, overwriting))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is not an export");
  }

  @Test
  void starts_again_where_an_export_was_killed() throws IOException {
    Path partial = Files.createDirectory(folder.resolve("." + TestExports.TIED + ".partial"));
    Files.writeString(partial.resolve("decoder.onnx.data"), "half a file");

    Path export = TestExports.export(TestExports.TIED, folder, INT4);

    ExportManifest.read(export).verify(export);
    assertThat(partial).doesNotExist();
  }

  @Test
  void refuses_a_disk_that_is_too_small_before_writing() throws IOException {
    try (FileSystem disk = disk(1 << 20)) {
      Path target = disk.getPath("/disk/export");

      assertThatThrownBy(() -> export(target, FLOATS))
          .isInstanceOf(CheckpointException.class)
          .hasMessageMatching("export to /disk/export needs about 1,\\d{3},\\d{3} bytes, .* left");
      assertThat(target.getParent()).isEmptyDirectory();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1700, 1800, 1900})
  void leaves_nothing_behind_on_a_disk_that_fills_up(int kilobytes) throws IOException {
    // the estimate leaves out padding, graphs and the tokenizer's files
    try (FileSystem disk = disk(kilobytes << 10)) {
      Path target = disk.getPath("/disk/export");

      assertThatThrownBy(() -> export(target, FLOATS))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("export to /disk/export failed, nothing was left behind")
          .hasRootCauseInstanceOf(IOException.class);
      assertThat(target.getParent()).isEmptyDirectory();
    }
  }

  @Test
  void leaves_nothing_behind_when_a_listener_throws() {
    assertThatThrownBy(
            () ->
                OnnxExporter.export(
                    Reference.path(TestExports.TIED),
                    folder.resolve("out"),
                    INT4,
                    (done, total) -> {
                      throw new IllegalStateException("stop");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(folder).isEmptyDirectory();
  }

  private static void export(Path target, ExportOptions options) {
    OnnxExporter.export(Reference.path(TestExports.TINY), target, options, ExportProgress.SILENT);
  }

  private static FileSystem disk(long bytes) throws IOException {
    FileSystem disk =
        Jimfs.newFileSystem(
            Configuration.unix().toBuilder().setBlockSize(4096).setMaxSize(bytes).build());
    Files.createDirectories(disk.getPath("/disk"));
    return disk;
  }

  private static ModelProto model(Path export, String graph) throws IOException {
    return ModelProto.parseFrom(Files.readAllBytes(export.resolve(graph)));
  }

  private static List<TensorProto> weights(Path export, String graph) throws IOException {
    return model(export, graph).getGraph().getInitializerList().stream()
        .filter(tensor -> tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL)
        .toList();
  }

  private static Map<String, String> place(TensorProto tensor) {
    return tensor.getExternalDataList().stream()
        .collect(
            Collectors.toMap(StringStringEntryProto::getKey, StringStringEntryProto::getValue));
  }

  private static Set<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
