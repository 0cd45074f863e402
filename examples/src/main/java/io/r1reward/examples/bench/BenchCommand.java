package io.r1reward.examples.bench;

import io.r1reward.Image;
import io.r1reward.RewardModel;
import io.r1reward.core.checkpoint.ModelShape;
import io.r1reward.examples.UsageException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the engine on a checkpoint, or on random weights of a published model's shape. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures how fast a checkpoint, or random weights of a shape, judge on this machine.",
      "Times are milliseconds; a prefill's holds the choice of the first token."
    })
public final class BenchCommand implements Callable<Integer> {
  private static final int PICTURE_SIDE = 224;

  /** Which weights. */
  static final class Model {
    @Option(
        names = "--shape",
        paramLabel = "0.5b|3b|7b",
        description = "Random weights of this shape are made. Default: 0.5b")
    @Nullable String shape;

    @Option(
        names = "--checkpoint",
        paramLabel = "DIR",
        description = "A Hugging Face folder of a Qwen2.5-VL model, or one that export-onnx made.")
    @Nullable Path checkpoint;
  }

  @Spec private CommandSpec spec;
  @Mixin private BenchSettings settings;

  @ArgGroup private @Nullable Model model;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Writes the report as JSON, too; - for standard output, without the table.")
  private @Nullable Path json;

  @Option(
      names = "--soak",
      paramLabel = "N",
      defaultValue = "0",
      description = "Scores N judgements with --checkpoint instead, and shows the memory.")
  private int soak;

  @Override
  public Integer call() throws IOException, InterruptedException {
    settings.check();
    Report report = soak > 0 ? soak() : bench();
    PrintWriter out = spec.commandLine().getOut();
    boolean onlyJson = json != null && json.toString().equals("-");
    out.print(onlyJson ? report.json() : report.text());
    out.flush();
    if (json != null && !onlyJson) {
      Files.writeString(json, report.json());
    }
    return 0;
  }

  private Report bench() throws IOException, InterruptedException {
    if (model != null && model.checkpoint != null) {
      return new Bench(settings, this::tell).run(model.checkpoint);
    }
    String label = model == null || model.shape == null ? "0.5b" : model.shape;
    try (WorkFolder folder = WorkFolder.of(ModelShape.of(label), settings.workDir, this::tell)) {
      return new Bench(settings, this::tell).run(folder.checkpoint());
    }
  }

  private Report soak() throws IOException {
    if (model == null || model.checkpoint == null) {
      throw new UsageException("--soak needs --checkpoint, random weights have no tokenizer");
    }
    RewardModel.Builder builder =
        RewardModel.builder()
            .checkpoint(model.checkpoint)
            .device(settings.device)
            .dtype(settings.dtype)
            .option("weights", settings.weights);
    if (settings.threads > 0) {
      builder.threads(settings.threads);
    }
    Report report = new Report();
    try (RewardModel judge = builder.load()) {
      Image picture =
          Image.of(new BufferedImage(PICTURE_SIDE, PICTURE_SIDE, BufferedImage.TYPE_INT_RGB));
      new Soak(judge, picture, settings.newTokens).run(soak, report, this::tell);
    }
    return report;
  }

  private void tell(String what) {
    spec.commandLine().getErr().println("bench: " + what);
  }
}
