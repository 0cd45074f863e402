package io.r1reward.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.core.generate.Prompt;
import io.r1reward.core.testing.ReferenceCase;
import io.r1reward.onnx.TestExports;
import io.r1reward.onnx.export.ExportOptions;
import io.r1reward.onnx.export.Precision;
import io.r1reward.onnx.manifest.ExportManifest;
import io.r1reward.onnx.quantise.BlockRounding;
import io.r1reward.onnx.quantise.Calibration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibratorTest {
  @TempDir Path folder;
  private Path floats;
  private Calibration calibration;

  @BeforeEach
  void calibrate() throws Exception {
    floats = TestExports.floats(TestExports.TINY, Files.createDirectory(folder.resolve("a")));
    calibration =
        Calibrator.collect(
            floats, prompts("a-text-only", "c-one-image-308x420", "d-two-images", "i-multi-turn"));
  }

  @Test
  void sees_the_inputs_of_every_matrix() {
    // 34 + 194 + 88 + 74 tokens
    assertThat(calibration.tokens()).isEqualTo(390);
    for (String matrix :
        List.of(
            "model.layers.0.self_attn.q_proj.weight",
            "model.layers.3.mlp.down_proj.weight",
            "lm_head.weight")) {
      assertThat(calibration.of(matrix).tokens()).isEqualTo(390);
    }
    assertThat(calibration.of("model.layers.0.mlp.down_proj.weight").columns()).isEqualTo(160);
    assertThat(calibration.of("model.layers.0.self_attn.q_proj.weight"))
        .isSameAs(calibration.of("model.layers.0.self_attn.v_proj.weight"));
    assertThat(calibration.of("visual.merger.mlp.0.weight")).isNull();
  }

  @Test
  void lowers_the_error_of_logits_on_other_prompts() throws Exception {
    List<Prompt> others =
        prompts("b-one-image-140x196", "f-batch-left-padded", "h-window-multiple-112x224");

    double rounded = error(others, options().rounding(BlockRounding.NEAREST));
    double searched = error(others, options());
    double fedBack = error(others, options().calibration(calibration));

    assertThat(searched).isLessThan(rounded);
    assertThat(fedBack).isLessThan(0.95 * searched);
    Path export = folder.resolve(TestExports.TINY);
    assertThat(ExportManifest.read(export).options()).containsEntry("calibration_tokens", "390");
  }

  private static ExportOptions.Builder options() {
    return ExportOptions.builder(Precision.INT4)
        .head(Precision.FLOAT32)
        .vision(Precision.FLOAT32)
        .blockSize(128)
        .accuracyLevel(0)
        .overwrite(true);
  }

  /** Returns the relative rms error of all logits. */
  private double error(List<Prompt> prompts, ExportOptions.Builder options) {
    Path export = TestExports.export(TestExports.TINY, folder, options.build());
    double error = 0;
    double square = 0;
    try (OnnxEngine exact = OnnxEngine.open(floats, OnnxSettings.cpu());
        OnnxEngine quantised = OnnxEngine.open(export, OnnxSettings.cpu())) {
      for (Prompt prompt : prompts) {
        float[] expected = exact.logits(prompt);
        float[] found = quantised.logits(prompt);
        for (int i = 0; i < expected.length; i++) {
          error += Math.pow(found[i] - expected[i], 2);
          square += Math.pow(expected[i], 2);
        }
      }
    }
    return Math.sqrt(error / square);
  }

  private static List<Prompt> prompts(String... cases) {
    return Stream.of(cases).flatMap(name -> ReferenceCase.of(name).prompts().stream()).toList();
  }
}
