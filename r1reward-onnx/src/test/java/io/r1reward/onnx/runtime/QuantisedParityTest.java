package io.r1reward.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.Floats;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.safetensors.MappedTensor;
import io.r1reward.core.safetensors.SafetensorsFile;
import io.r1reward.core.safetensors.SafetensorsWriter;
import io.r1reward.core.safetensors.TensorData;
import io.r1reward.core.safetensors.TensorInfo;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
  @CsvSource({
    "INT4, NEAREST, qwen25vl-tiny, a-text-only, g-image-then-video",
    "INT4, LEAST_SQUARES, qwen25vl-tiny, a-text-only, g-image-then-video",
    "INT8, NEAREST, qwen25vl-tiny, a-text-only, g-image-then-video",
    "INT4, NEAREST, qwen3vl-tiny, q3-a-text-only, q3-e-image-then-video",
    "INT8, NEAREST, qwen3vl-tiny-tied, q3-t1-tied-text, q3-t3-tied-batch-video"
  })
  void computes_with_the_weights_that_the_codes_stand_for(
      Precision precision, BlockRounding rounding, String checkpoint, String text, String media)
      throws IOException {
    boolean tied = checkpoint.endsWith("-tied"); // then the head is the embedding, as it is
    ExportOptions quantised =
        ExportOptions.builder(precision)
            .head(tied ? Precision.FLOAT32 : precision)
            .vision(precision)
            .blockSize(BLOCK)
            .rounding(rounding)
            .accuracyLevel(0)
            .slowKernels(true)
            .build();
    Path codes = TestExports.export(checkpoint, folder, quantised);
    Path rounded = rounded(checkpoint, new Quantiser(precision.bits(), BLOCK, rounding));
    Path floats = folder.resolve("floats");
    OnnxExporter.export(
        rounded, floats, ExportOptions.builder(Precision.FLOAT32).build(), ExportProgress.SILENT);

    try (OnnxEngine a = OnnxEngine.open(codes, OnnxSettings.cpu());
        OnnxEngine b = OnnxEngine.open(floats, OnnxSettings.cpu())) {
      for (String name : List.of(text, media)) {
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

  /** Returns a float32 copy of a checkpoint whose matrices are rounded to what codes can say. */
  private Path rounded(String checkpoint, Quantiser quantiser) throws IOException {
    Path copy = Files.createDirectory(folder.resolve("rounded"));
    List<TensorData> tensors = new ArrayList<>();
    try (Stream<Path> files = Files.list(Reference.path(checkpoint))) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".safetensors")) {
          tensors.addAll(rounded(file, quantiser));
        } else if (!name.endsWith(".index.json")) {
          Files.copy(file, copy.resolve(name));
        }
      }
    }
    SafetensorsWriter.write(copy.resolve("model.safetensors"), tensors);
    return copy;
  }

  private static List<TensorData> rounded(Path weights, Quantiser quantiser) {
    List<TensorData> tensors = new ArrayList<>();
    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      for (MappedTensor tensor : file.tensors().values()) {
        float[] values = tensor.toFloats();
        boolean table = tensor.name().matches(".*(embed_tokens|pos_embed)[.]weight");
        if (tensor.shape().length() > 1 && !table) {
          int rows = (int) tensor.shape().get(0);
          values = quantiser.quantise(values, rows, values.length / rows).dequantise();
        }
        long[] shape = tensor.shape().toArray();
        tensors.add(TensorData.of(TensorInfo.of(tensor.name(), DType.F32, shape), values));
      }
    }
    return tensors;
  }
}
