package io.r1reward.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.common.collect.ImmutableMap;
import io.r1reward.CheckpointException;
import io.r1reward.EngineException;
import io.r1reward.InvalidInputException;
import io.r1reward.RewardModel;
import io.r1reward.core.generate.Prompt;
import io.r1reward.onnx.OnnxProvider;
import io.r1reward.onnx.TestExports;
import io.r1reward.onnx.export.ExportOptions;
import io.r1reward.onnx.export.Precision;
import io.r1reward.onnx.manifest.ExportManifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileFolderTest {
  @TempDir Path parent;
  private Path export;

  @BeforeEach
  void export() {
    ExportOptions options = ExportOptions.builder(Precision.INT4).build();
    export = TestExports.export(TestExports.TIED, parent, options);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"decoder.onnx.data", "vision.onnx", "embed_tokens.safetensors", "config.json"})
  void refuses_a_truncated_file(String name) throws IOException {
    long bytes = Files.size(export.resolve(name));
    try (FileChannel channel = FileChannel.open(export.resolve(name), StandardOpenOption.WRITE)) {
      channel.truncate(bytes - 1);
    }

    assertRefused(
        String.format("%s: has %,d bytes, the manifest says %,d", name, bytes - 1, bytes));
  }

  @Test
  void refuses_a_missing_file() throws IOException {
    Files.delete(export.resolve("decoder.onnx.data"));

    assertRefused("decoder.onnx.data: is missing, the manifest lists it");
  }

  @Test
  void finds_changed_content_when_asked_to_verify() throws IOException {
    try (FileChannel channel =
        FileChannel.open(export.resolve("decoder.onnx.data"), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 4096);
    }

    assertThatThrownBy(
            () ->
                RewardModel.builder()
                    .checkpoint(export)
                    .engine(OnnxProvider.ENGINE)
                    .option(OnnxProvider.VERIFY, "true")
                    .load())
        .isInstanceOf(CheckpointException.class)
        .hasMessageMatching(".*decoder.onnx.data: SHA-256 is [0-9a-f]{64}, the manifest says .*");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[]",
        "{\"format\": \"r1reward-onnx\"}",
        "{\"format\": \"other\", \"version\": 1}",
        "{\"format\": \"r1reward-onnx\", \"version\": 2}"
      })
  void refuses_a_manifest_of_another_kind(String text) throws IOException {
    Files.writeString(export.resolve(ExportManifest.FILE), text);

    assertThatThrownBy(() -> OnnxEngine.open(export, OnnxSettings.cpu()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(ExportManifest.FILE);
  }

  @Test
  void refuses_files_outside_the_folder() throws IOException {
    Path manifest = export.resolve(ExportManifest.FILE);
    String text = Files.readString(manifest).replace("config.json", "../config.json");
    Files.writeString(manifest, text);

    assertRefused("manifest lists ../config.json, which is no file name");
  }

  @Test
  void says_what_a_foreign_graph_lacks() throws IOException {
    Files.copy(
        export.resolve("vision.onnx"),
        export.resolve("decoder.onnx"),
        StandardCopyOption.REPLACE_EXISTING);
    relist("decoder.onnx");

    assertRefused(
        "decoder.onnx: is another graph than expected; inputs looked for [cos, inputs_embeds,",
        "found [cos, frames, pixel_values, sin, window_mask, window_places, window_rows]",
        "outputs looked for [logits, present.0.key");
  }

  @Test
  void refuses_a_file_that_is_no_graph() throws IOException {
    Files.writeString(export.resolve("vision.onnx"), "no graph");
    relist("vision.onnx");

    assertRefused("vision.onnx: ONNX Runtime refuses it");
  }

  @Test
  void names_an_operator_that_the_runtime_does_not_have() throws IOException {
    Path graph = export.resolve("decoder.onnx");
    ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(graph)).toBuilder();
    model.getGraphBuilder().getNodeBuilderList().stream()
        .filter(node -> node.getOpType().equals("GroupQueryAttention"))
        .forEach(node -> node.setOpType("AttentionOfTomorrow"));
    Files.write(graph, model.build().toByteArray());
    relist("decoder.onnx");

    assertRefused("decoder.onnx: ONNX Runtime refuses it", "AttentionOfTomorrow");
  }

  @Test
  void refuses_the_configuration_of_another_model() throws IOException {
    String config = Files.readString(export.resolve("config.json"));
    Files.writeString(
        export.resolve("config.json"),
        config.replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3"));
    relist("config.json");

    assertRefused("missing [past_key_values.2.key, past_key_values.2.value]");
  }

  @Test
  void says_which_devices_there_are() {
    assertThatThrownBy(
            () -> OnnxEngine.open(export, new OnnxSettings("tpu", 0, true, 0, ImmutableMap.of())))
        .isInstanceOf(EngineException.class)
        .hasMessage("unknown device tpu, expected cpu, cuda:N, coreml or directml:N");
    assertThatThrownBy(
            () ->
                OnnxEngine.open(
                    export, new OnnxSettings("directml:0", 0, true, 0, ImmutableMap.of())))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("this build has only [CPUExecutionProvider");
  }

  @Test
  void refuses_ids_outside_the_vocabulary_and_goes_on() {
    try (OnnxEngine engine = OnnxEngine.open(export, OnnxSettings.cpu())) {
      assertThatThrownBy(() -> engine.prefill(List.of(Prompt.ofTokens(1, 960))))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("token id 960 is outside the vocabulary of 960");

      assertThat(engine.logits(Prompt.ofTokens(1, 959))).hasSize(2 * 960);
    }
  }

  private void assertRefused(String... parts) {
    var refused =
        assertThatThrownBy(() -> OnnxEngine.open(export, OnnxSettings.cpu()))
            .isInstanceOf(CheckpointException.class);
    for (String part : parts) {
      refused.hasMessageContaining(part);
    }
  }

  /** Writes the manifest anew, with what a file is now. */
  private void relist(String name) throws IOException {
    Path manifest = export.resolve(ExportManifest.FILE);
    String text = Files.readString(manifest);
    ExportManifest.Entry now = ExportManifest.describe(export.resolve(name));
    Files.writeString(
        manifest,
        text.replaceAll("(\"name\" : \"" + name + "\",\\s+\"bytes\" : )\\d+", "$1" + now.bytes()));
  }
}
