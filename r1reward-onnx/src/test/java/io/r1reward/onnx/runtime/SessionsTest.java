package io.r1reward.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import io.r1reward.CheckpointException;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionsTest {

  @Test
  void a_graph_inside_a_zip_is_refused_with_what_to_do(@TempDir Path folder) throws IOException {
    try (FileSystem zip =
        FileSystems.newFileSystem(folder.resolve("export.zip"), Map.of("create", "true"))) {
      Path graph = zip.getPath("/decoder.onnx");
      assertThatThrownBy(
              () ->
                  Sessions.open(OrtEnvironment.getEnvironment(), graph, OnnxSettings.cpu(), false))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              "/decoder.onnx: ONNX Runtime cannot read a file system of type jar; copy the export"
                  + " to a folder of the machine");
    }
  }
}
