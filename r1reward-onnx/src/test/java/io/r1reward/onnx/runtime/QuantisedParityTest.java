package io.r1reward.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.Floats;
import io.r1reward.core.model.ModelTensors;
import io.r1reward.core.safetensors.MappedTensor;
import io.r1reward.core.safetensors.SafetensorsFile;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.ReferenceCase;
import io.r1reward.onnx.TestExports;
import io.r1reward.onnx.export.ExportOptions;
import io.r1reward.onnx.export.ExportProgress;
import io.r1reward.onnx.export.OnnxExporter;
import io.r1reward.onnx.export.Precision;
import io.r1reward.onnx.quantise.BlockRounding;
import io.r1reward.onnx.quantise.Quantiser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Quantised exports against float32 exports of the weights that their codes stand for. */
class QuantisedParityTest {
  private static final int BLOCK = 32;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"INT4, NEAREST", "INT4, LEAST_SQUARES", "INT8, NEAREST"})
  void computes_with_the_weights_that_the_codes_stand_for(
      Precision precision, BlockRounding rounding) throws IOException {
    ExportOptions quantised =
        ExportOptions.builder(precision)
            .head(precision)
            .vision(precision)
            .blockSize(BLOCK)
            .rounding(rounding)
            .accuracyLevel(0)
            .slowKernels(true)
            .build();
    Path codes = TestExports.export(TestExports.TINY, folder, quantised);
    Path rounded = checkpointOf(new Quantiser(precision.bits(), BLOCK, rounding));
    Path floats = folder.resolve("floats");
    OnnxExporter.export(
        rounded, floats, ExportOptions.builder(Precision.FLOAT32).build(), ExportProgress.SILENT);

    try (OnnxEngine a = OnnxEngine.open(codes, OnnxSettings.cpu());
        OnnxEngine b = OnnxEngine.open(floats, OnnxSettings.cpu())) {
      for (String name : new String[] {"a-text-only", "g-image-then-video"}) {
        ReferenceCase reference = ReferenceCase.of(name);
        var prompt = reference.prompts().get(0);

        ReferenceParityTest.assertClose(a.logits(prompt), b.logits(prompt), 2e-4);
      }
    }
  }

  @Test
  void says_how_far_each_format_is_from_float32() {
    // relative rms error of the logits over all text of case a; the model's weights are random
    double int8 = logitError(ExportOptions.builder(Precision.INT8).blockSize(BLOCK));
    double int4 = logitError(ExportOptions.builder(Precision.INT4).blockSize(BLOCK));
    double int4Small = logitError(ExportOptions.builder(Precision.INT4).blockSize(16));

    assertThat(int8).isBetween(0.005, 0.05);
    assertThat(int4Small).isBetween(0.05, 0.3);
    assertThat(int4).isBetween(int4Small, 0.4);
  }

  private double logitError(ExportOptions.Builder options) {
    Path export = TestExports.export(TestExports.TINY, folder, options.overwrite(true).build());
    ReferenceCase reference = ReferenceCase.of("a-text-only");
    float[] expected = Floats.concat(reference.rows("logits", 0));
    try (OnnxEngine engine = OnnxEngine.open(export, OnnxSettings.cpu())) {
      float[] logits = engine.logits(reference.prompts().get(0));
      double error = 0;
      double square = 0;
      for (int i = 0; i < logits.length; i++) {
        error += Math.pow(logits[i] - expected[i], 2);
        square += Math.pow(expected[i], 2);
      }
      return Math.sqrt(error / square);
    }
  }

  /** Returns a copy of the float32 checkpoint whose matrices are rounded to what codes can say. */
  private Path checkpointOf(Quantiser quantiser) throws IOException {
    Path copy = Files.createDirectory(folder.resolve("rounded"));
    try (Stream<Path> files = Files.list(Reference.path(TestExports.TINY))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    Path weights = copy.resolve("model.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(weights);
        FileChannel channel = FileChannel.open(weights, StandardOpenOption.WRITE)) {
      for (MappedTensor tensor : file.tensors().values()) {
        if (tensor.shape().length() > 1 && !tensor.name().equals(ModelTensors.EMBEDDING)) {
          int rows = (int) tensor.shape().get(0);
          int columns = (int) (tensor.info().elements() / rows);
          float[] values = quantiser.quantise(tensor.toFloats(), rows, columns).dequantise();
          ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
          bytes.asFloatBuffer().put(values);
          channel.write(bytes, tensor.position());
        }
      }
    }
    return copy;
  }
}
