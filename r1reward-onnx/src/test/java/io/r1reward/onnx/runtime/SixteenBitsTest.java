package io.r1reward.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.primitives.Floats;
import io.r1reward.CheckpointException;
import io.r1reward.core.testing.ReferenceCase;
import io.r1reward.onnx.TestExports;
import io.r1reward.onnx.export.ExportOptions;
import io.r1reward.onnx.export.Precision;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports for GPUs, as far as a CPU can tell. */
class SixteenBitsTest {
  @TempDir Path folder;

  @Test
  void computes_in_half_precision() throws Exception {
    Path export =
        TestExports.export(
            TestExports.TINY, folder, ExportOptions.builder(Precision.FLOAT16).build());
    ReferenceCase reference = ReferenceCase.of("b-one-image-140x196");

    assertThat(Files.size(export.resolve("decoder.onnx.data"))).isLessThan(800_000);
    try (OnnxEngine engine = OnnxEngine.open(export, OnnxSettings.cpu())) {
      float[] logits = engine.logits(reference.prompts().get(0));
      float[] expected = Floats.concat(reference.rows("logits", 0));

      // logits of this model reach 20, of which half precision resolves 1/64
      ReferenceParityTest.assertClose(logits, expected, 0.15);
    }
  }

  @Test
  void says_that_a_processor_has_no_kernels_for_bfloat16() {
    Path export =
        TestExports.export(
            TestExports.TIED, folder, ExportOptions.builder(Precision.BFLOAT16).build());

    assertThatThrownBy(() -> OnnxEngine.open(export, OnnxSettings.cpu()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("vision.onnx: ONNX Runtime refuses it");
  }
}
