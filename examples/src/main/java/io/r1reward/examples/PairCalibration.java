package io.r1reward.examples;

import com.google.common.collect.Iterables;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.r1reward.Order;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.judge.PairPrompts;
import io.r1reward.core.model.ModelTensors;
import io.r1reward.core.safetensors.DType;
import io.r1reward.examples.score.PairFile;
import io.r1reward.onnx.export.ExportOptions;
import io.r1reward.onnx.export.ExportProgress;
import io.r1reward.onnx.export.OnnxExporter;
import io.r1reward.onnx.export.Precision;
import io.r1reward.onnx.quantise.Calibration;
import io.r1reward.onnx.runtime.Calibrator;
import io.r1reward.spi.ModelSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Shows a checkpoint pairs and collects what the inputs of its matrices look like, through a first
 * export beside the one to come: in float32 where the checkpoint is, which takes no space, else in
 * 8 bits.
 */
final class PairCalibration {

  private PairCalibration() {}

  static Calibration collect(
      Path checkpoint, Path output, List<PairFile.Line> pairs, ModelSettings settings)
      throws IOException {
    Path first =
        output
            .toAbsolutePath()
            .normalize()
            .resolveSibling("." + output.getFileName() + ".calibration");
    try {
      OnnxExporter.export(
          checkpoint,
          first,
          ExportOptions.builder(precision(checkpoint)).overwrite(true).build(),
          ExportProgress.SILENT);
      try (PairPrompts prompts = PairPrompts.open(first, settings)) {
        return Calibrator.collect(
            first, Iterables.transform(pairs, line -> prompts.encode(line.pair(), Order.GIVEN)));
      }
    } finally {
      if (Files.exists(first)) {
        MoreFiles.deleteRecursively(first, RecursiveDeleteOption.ALLOW_INSECURE);
      }
    }
  }

  private static Precision precision(Path folder) {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      boolean exact = checkpoint.require(ModelTensors.EMBEDDING).dtype() == DType.F32;
      return exact ? Precision.FLOAT32 : Precision.INT8;
    }
  }
}
