package io.r1reward.examples;

import io.r1reward.core.protocol.JudgeProtocol;
import io.r1reward.examples.results.Progress;
import io.r1reward.examples.score.PairFile;
import io.r1reward.onnx.export.ExportOptions;
import io.r1reward.onnx.export.OnnxExporter;
import io.r1reward.onnx.export.Precision;
import io.r1reward.onnx.manifest.ExportManifest;
import io.r1reward.onnx.quantise.BlockRounding;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Exports a checkpoint to a folder that ONNX Runtime runs. */
@Command(
    name = "export-onnx",
    mixinStandardHelpOptions = true,
    description = "Exports a Hugging Face checkpoint to ONNX, in float32 or quantised.")
final class ExportOnnx implements Callable<Integer> {
  private static final long MEGABYTE = 1_000_000;

  @Spec private CommandSpec spec;

  @Option(
      names = "--checkpoint",
      required = true,
      paramLabel = "DIR",
      converter = CheckpointName.Converter.class,
      description =
          "Hugging Face folder of an R1-Reward or another Qwen2.5-VL or Qwen3-VL judge, or"
              + " hf:owner/name@revision for one of the hub.")
  private CheckpointName checkpoint;

  @Option(names = "--output", required = true, paramLabel = "DIR", description = "Folder to make.")
  private Path output;

  @Option(
      names = "--weights",
      defaultValue = "INT4",
      paramLabel = "FORMAT",
      description = "Format of the decoder: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private Precision weights;

  @Option(
      names = "--head",
      paramLabel = "FORMAT",
      description = "Format of the head; default: that of the weights, INT8 for INT4 at level 4.")
  private @Nullable Precision head;

  @Option(
      names = "--vision",
      paramLabel = "FORMAT",
      description = "Format of the vision tower; default: that of the head.")
  private @Nullable Precision vision;

  @Option(
      names = "--block-size",
      paramLabel = "N",
      description = {
        "Weights of the decoder that share a scale: 16 to 256; default 32 for INT4, 64 for INT8.",
        "Larger blocks are faster and smaller, and less exact; the same request may then draw other"
            + " tokens in another batch."
      })
  private @Nullable Integer blockSize;

  @Option(
      names = "--accuracy-level",
      paramLabel = "0..4",
      defaultValue = "4",
      description =
          "How quantised matrices are multiplied, from 0, exact, to 4, fast; default"
              + " ${DEFAULT-VALUE}.")
  private int accuracyLevel;

  @Option(
      names = "--rounding",
      defaultValue = "LEAST_SQUARES",
      paramLabel = "WAY",
      description = "How scales are found: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private BlockRounding rounding;

  @Option(
      names = "--keep",
      paramLabel = "REGEX",
      description = "Names of matrices that stay in float; may be repeated.")
  private List<String> keep = List.of();

  @Option(
      names = "--calibrate",
      paramLabel = "FILE",
      description =
          "Pairs such as the judge will see, in the form that score reads: weights are then rounded"
              + " with error feedback (GPTQ) on their prompts and pictures.")
  private @Nullable Path calibrate;

  @Option(
      names = "--calibration-pairs",
      paramLabel = "N",
      defaultValue = "32",
      description = "Most pairs that are read to calibrate; default ${DEFAULT-VALUE}.")
  private int calibrationPairs;

  @Option(
      names = "--image-root",
      paramLabel = "DIR",
      description = "Where relative picture paths start; default: the folder of the pairs.")
  private @Nullable Path imageRoot;

  @Mixin private ProtocolOptions protocol;

  @Option(
      names = "--slow-kernels",
      description =
          "Allow 8-bit weights at accuracy level 0, a hundred times slower, to compare with.")
  private boolean slowKernels;

  @Option(names = "--copy", description = "Copy float32 weights instead of linking to them.")
  private boolean copy;

  @Option(names = "--overwrite", description = "Replace an export that is already there.")
  private boolean overwrite;

  @Override
  public Integer call() throws IOException {
    ExportOptions.Builder options =
        ExportOptions.builder(weights)
            .accuracyLevel(accuracyLevel)
            .rounding(rounding)
            .slowKernels(slowKernels)
            .link(!copy)
            .overwrite(overwrite);
    if (head != null) {
      options.head(head);
    }
    if (vision != null) {
      options.vision(vision);
    }
    if (blockSize != null) {
      options.blockSize(blockSize);
    }
    keep.forEach(options::keep);
    if (protocol.named() && calibrate == null) {
      throw new UsageException(
          "--protocol tells how pairs are shown to calibrate, give --calibrate");
    }
    JudgeProtocol unused = protocol.protocol();
    options.build(); // wrong options are told before anything takes time
    if (calibrate != null) {
      options.calibration(
          PairCalibration.collect(
              checkpoint.folder(),
              output,
              PairFile.read(calibrate, imageRoot, calibrationPairs),
              protocol.settings()));
    }
    ExportManifest manifest = export(options.build());
    PrintWriter out = spec.commandLine().getOut();
    for (ExportManifest.Entry file : manifest.files()) {
      out.printf(Locale.ROOT, "%,16d  %s%n", file.bytes(), file.name());
    }
    out.printf("%s holds %s%n", output, manifest.source());
    out.flush();
    return 0;
  }

  private ExportManifest export(ExportOptions options) {
    Path folder = checkpoint.folder();
    try (Progress progress = Progress.of("export", "MB", 0, 1)) {
      return OnnxExporter.export(
          folder,
          output,
          options,
          (done, total) -> {
            progress.total(total / MEGABYTE);
            progress.stepTo(done / MEGABYTE);
          });
    }
  }
}
