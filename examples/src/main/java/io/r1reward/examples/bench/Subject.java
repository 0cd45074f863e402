package io.r1reward.examples.bench;

import com.google.common.collect.ImmutableMap;
import io.r1reward.ModelInfo;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.generate.DecoderEngine;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.torch.TorchEngine;
import io.r1reward.core.torch.TorchSettings;
import io.r1reward.onnx.manifest.ExportManifest;
import io.r1reward.onnx.runtime.OnnxEngine;
import io.r1reward.onnx.runtime.OnnxSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;

/**
 * What is measured: a Hugging Face folder on PyTorch, or an exported folder on ONNX Runtime.
 *
 * @param config the model's
 * @param bytes of the folder's weights
 * @param stepBytes tells the bytes of weights that a decode step reads
 * @param opener opens the engine with so many bytes for a cache of prompts
 */
record Subject(
    ModelConfig config,
    long bytes,
    ToLongFunction<ModelInfo> stepBytes,
    LongFunction<? extends DecoderEngine> opener) {

  /**
   * Looks at a folder.
   *
   * @throws io.r1reward.CheckpointException if it is not usable
   */
  static Subject of(Path folder, BenchSettings settings) {
    return Files.isRegularFile(folder.resolve(ExportManifest.FILE))
        ? onOnnxRuntime(folder, settings)
        : onPyTorch(folder, settings);
  }

  private static Subject onPyTorch(Path folder, BenchSettings settings) {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      ModelConfig config = checkpoint.config();
      return new Subject(
          config,
          checkpoint.bytes(),
          info -> DecoderBytes.perStep(config, info.dtype()),
          cacheBytes ->
              TorchEngine.open(
                  folder,
                  new TorchSettings(
                      settings.device,
                      settings.dtype,
                      settings.weights,
                      settings.threads,
                      settings.selfCheck,
                      cacheBytes)));
    }
  }

  private static Subject onOnnxRuntime(Path folder, BenchSettings settings) {
    ExportManifest manifest = ExportManifest.read(folder);
    ModelConfig config = ModelConfig.read(folder.resolve("config.json"));
    String device = settings.device.equals("auto") ? "cpu" : settings.device;
    // a float32 export may have its weights in the checkpoint's own files
    long inPlace = DecoderBytes.perStep(config, "float32");
    return new Subject(
        config,
        manifest.files().stream().mapToLong(ExportManifest.Entry::bytes).sum(),
        info -> manifest.bytesOf(manifest.decoder() + ".data").orElse(inPlace),
        cacheBytes ->
            OnnxEngine.open(
                folder,
                new OnnxSettings(
                    device, settings.threads, settings.selfCheck, cacheBytes, ImmutableMap.of())));
  }
}
