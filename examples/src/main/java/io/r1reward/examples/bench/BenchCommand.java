package io.r1reward.examples.bench;

import io.r1reward.Image;
import io.r1reward.RewardModel;
import io.r1reward.core.model.ModelShape;
import io.r1reward.examples.UsageException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
      "Times are milliseconds; a prefill's holds the choice of the first token.",
      "With --train N it measures training instead."
    })
public final class BenchCommand implements Callable<Integer> {
  private static final int PICTURE_SIDE = 224;

  /** Which weights. */
  static final class Model {
    @Option(
        names = "--shape",
        paramLabel = "SHAPE",
        description =
            "Random weights of this shape are made: 0.5b, 3b, 7b, qwen3vl-2b, qwen3vl-4b or"
                + " qwen3vl-8b; default 0.5b.")
    @Nullable String shape;

    @Option(
        names = "--checkpoint",
        paramLabel = "DIR",
        split = ",",
        description =
            "Hugging Face folders of models, or folders that export-onnx made;"
                + " one after the other.")
    List<Path> checkpoints = List.of();
  }

  @Spec private CommandSpec spec;
  @Mixin private BenchSettings settings;
  @Mixin private TrainingOptions training;

  @ArgGroup private @Nullable Model model;

  @Option(
      names = "--onnx",
      paramLabel = "FORMAT[:BLOCK]",
      split = ",",
      converter = OnnxFormat.Converter.class,
      description =
          "Also exports the weights in these formats (such as INT4, or INT4:128 for blocks of 128),"
              + " and measures ONNX Runtime on them.")
  private List<OnnxFormat> onnx = List.of();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Writes the report as JSON, too; - for standard output, without the table.")
  private @Nullable Path json;

  @Option(
      names = "--soak",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Scores, votes and ranks for N judgements with --checkpoint instead, and shows the"
              + " memory; default ${DEFAULT-VALUE}.")
  private int soak;

  @Override
  public Integer call() throws IOException, InterruptedException {
    settings.check();
    training.check();
    List<Report> reports = soak > 0 ? List.of(soak()) : bench();
    PrintWriter out = spec.commandLine().getOut();
    boolean onlyJson = json != null && json.toString().equals("-");
    out.print(onlyJson ? Report.json(reports) : Report.text(reports));
    out.flush();
    if (json != null && !onlyJson) {
      Files.writeString(json, Report.json(reports));
    }
    return 0;
  }

  private List<Report> bench() throws IOException, InterruptedException {
    List<Path> checkpoints = model == null ? List.of() : model.checkpoints;
    if (!checkpoints.isEmpty()) {
      return measure(checkpoints);
    }
    String label = model == null || model.shape == null ? "0.5b" : model.shape;
    try (WorkFolder folder = WorkFolder.of(ModelShape.of(label), settings.workDir, this::tell)) {
      return measure(List.of(folder.checkpoint()));
    }
  }

  private List<Report> measure(List<Path> checkpoints) throws IOException, InterruptedException {
    List<Report> reports = new ArrayList<>();
    for (Path checkpoint : checkpoints) {
      if (training.sequences > 0) {
        reports.add(new TrainingBench(settings, training, this::tell).run(checkpoint));
        continue;
      }
      reports.add(new Bench(settings, this::tell).run(checkpoint));
      for (OnnxFormat format : onnx) {
        try (Scratch scratch = Scratch.in(settings.workDir)) {
          tell("exporting " + format);
          Path export = format.export(checkpoint, scratch.folder());
          reports.add(new Bench(settings, this::tell).run(export));
        }
      }
    }
    return reports;
  }

  private Report soak() throws IOException {
    if (model == null || model.checkpoints.size() != 1) {
      throw new UsageException("--soak needs one --checkpoint, random weights have no tokenizer");
    }
    RewardModel.Builder builder =
        RewardModel.builder()
            .checkpoint(model.checkpoints.get(0))
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
