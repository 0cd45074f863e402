package io.r1reward.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.r1reward.Image;
import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.RewardModel;
import io.r1reward.core.testing.Reference;
import io.r1reward.onnx.export.ExportOptions;
import io.r1reward.onnx.export.ExportProgress;
import io.r1reward.onnx.export.OnnxExporter;
import io.r1reward.onnx.export.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint with a value head stays a scalar judge when it is exported. */
class ScalarJudgeTest {

  @Test
  void numbers_of_an_export_are_those_of_the_public_implementation(@TempDir Path folder)
      throws IOException {
    Path source = Files.createDirectory(folder.resolve("source"));
    try (Stream<Path> files = Files.list(Reference.path(TestExports.TINY))) {
      for (Path file : files.toList()) {
        Files.createSymbolicLink(source.resolve(String.valueOf(file.getFileName())), file);
      }
    }
    Files.copy(
        Reference.path("scalar-head/qwen25vl-tiny/value_head.safetensors"),
        source.resolve("value_head.safetensors"));
    Path export = folder.resolve("export");
    OnnxExporter.export(
        source, export, ExportOptions.builder(Precision.FLOAT32).build(), ExportProgress.SILENT);
    PreferencePair pair =
        PreferencePair.builder()
            .question("How many circles are there in the image?")
            .image(Image.of(Reference.path("scalar-head/image_qwen25_1_0.png")))
            .first("There are three circles.")
            .second("Which answer is better?")
            .build();
    try (RewardModel onnx = RewardModel.load(export);
        RewardModel torch = RewardModel.builder().checkpoint(source).dtype("float32").load()) {
      PreferenceScore score = onnx.score(pair);
      assertThat(onnx.info().engine()).isEqualTo("onnx");
      assertThat(score.scores().orElseThrow().first()).isCloseTo(1.4448028802871704, within(1e-4));
      assertThat(score.scores().orElseThrow().second())
          .isCloseTo(torch.score(pair).scores().orElseThrow().second(), within(1e-4));
    }
  }
}
