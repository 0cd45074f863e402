package io.r1reward.examples.evaluate;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Iterators;
import io.r1reward.RewardModel;
import io.r1reward.examples.ExitCodes;
import io.r1reward.examples.ModelOptions;
import io.r1reward.examples.UsageException;
import io.r1reward.examples.results.Fingerprint;
import io.r1reward.examples.results.InputDigest;
import io.r1reward.examples.results.OutputLock;
import io.r1reward.examples.results.Progress;
import io.r1reward.examples.results.StoppableModel;
import io.r1reward.spi.ModelSettings;
import io.r1reward.train.benchmark.Benchmark;
import io.r1reward.train.benchmark.Evaluation;
import io.r1reward.train.benchmark.EvaluationProtocol;
import io.r1reward.train.benchmark.EvaluationReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures a judge on a benchmark. */
@Command(
    name = "evaluate",
    sortOptions = false,
    sortSynopsis = false,
    mixinStandardHelpOptions = true,
    description =
        "Measures a judge on a benchmark or any labelled pairs: accuracies by category with"
            + " intervals, accuracy over votes, position bias, lengths and calibration.",
    footer = {
      "",
      "The folder of the output holds pairs.jsonl (every judgement), report.md, summary.json and"
          + " report.png. A run that was stopped goes on where it ended when it is called again with"
          + " the same options; a whole one only writes its report again, and --against compares it"
          + " with another."
    })
public final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;
  @Mixin private PresetOptions preset;

  @Option(
      names = "--benchmark",
      paramLabel = "NAME",
      defaultValue = "pairs",
      converter = BenchmarkName.class,
      description =
          "What is measured: vl-reward-bench, multimodal-reward-bench, mm-rlhf-reward-bench,"
              + " video-reward-bench, or pairs for any labelled pairs, by their field category; default ${DEFAULT-VALUE}.")
  private Benchmark benchmark;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      required = true,
      description = "The benchmark's pairs: JSON lines, a JSON list, either in gzip.")
  private Path input;

  @Option(
      names = "--image-root",
      paramLabel = "DIR",
      description = "Where relative picture paths start; default: the folder of the input.")
  private @Nullable Path imageRoot;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description = "Folder of this evaluation.")
  private Path output;

  @Option(
      names = "--against",
      paramLabel = "DIR",
      description = "Folder of another evaluation of the same pairs to compare with.")
  private @Nullable Path against;

  @Option(names = "--limit", paramLabel = "N", description = "Only the first N pairs.")
  private @Nullable Long limit;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "16",
      description = "Pairs under way, and judgements decoded together; default ${DEFAULT-VALUE}.")
  private int batch;

  @Option(names = "--texts", description = "Keep the texts of the judgements in pairs.jsonl.")
  private boolean texts;

  @Option(
      names = "--overwrite",
      description = "Start afresh, whatever is in the output; else a run goes on in it.")
  private boolean overwrite;

  @Override
  public Integer call() throws IOException, InterruptedException {
    EvaluationProtocol protocol = preset.protocol();
    Path root = checkedRoot();
    Files.createDirectories(output);
    EvaluationFolder folder = new EvaluationFolder(output);
    OutputLock lock = OutputLock.take(folder.pairs());
    try {
      Fingerprint made = judge(protocol, root, folder.pairs());
      PrintWriter out = spec.commandLine().getOut();
      EvaluationReport report = folder.report(benchmark, asked(protocol, made), against, out);
      out.flush();
      return report.failed() > 0 ? ExitCodes.FAILED : ExitCodes.DONE;
    } finally {
      lock.close();
    }
  }

  /** Judges what is left, while no other run writes the output. */
  private Fingerprint judge(EvaluationProtocol protocol, Path root, Path pairs)
      throws IOException, InterruptedException {
    ImmutableList<InputDigest> digests = Samples.digests(input, benchmark.format(), root, atMost());
    if (digests.isEmpty()) {
      throw new UsageException("--input " + input + " has no pair");
    }
    Fingerprint made = Fingerprint.of(model.checkpoint(), settings(protocol), digests);
    long[] written = {0};
    long end = 0;
    Fingerprint before = null;
    if (!overwrite && Files.exists(pairs)) {
      end = EvaluatedFile.read(pairs, pair -> written[0]++);
      if (written[0] > 0) {
        before = Fingerprint.read(pairs);
        made.requireSame(before, pairs, written[0], Set.of());
      }
    }
    if (before != null && written[0] == digests.size()) {
      return before; // all is there: no model is opened
    }
    RewardModel.Builder builder = model.builder().batchRows(batch).queueCapacity(2 * batch);
    if (!model.namesMaxPixels()) {
      protocol.maxPixels().ifPresent(builder::maxPixels);
    }
    try (StoppableModel judge = StoppableModel.load(builder, Thread.currentThread()::interrupt);
        Samples samples = Samples.open(input, benchmark.format(), root, atMost());
        EvaluatedFile file = EvaluatedFile.open(pairs, end);
        Progress progress = Progress.of("evaluate", "pairs", written[0], digests.size())) {
      made = made.computing(Fingerprint.computedBy(judge.model().info()), before, pairs);
      made.write(pairs);
      Iterators.advance(samples, Math.toIntExact(written[0]));
      new Evaluation(judge.model(), protocol, batch, texts)
          .run(
              samples,
              pair -> {
                file.append(pair);
                progress.step();
              });
    }
    return made;
  }

  private ImmutableMap<String, String> settings(EvaluationProtocol protocol) {
    return ImmutableMap.<String, String>builder()
        .putAll(model.fingerprint())
        .putAll(PresetOptions.fingerprint(protocol))
        .put("--benchmark", ReportText.name(benchmark))
        .put("--texts", Boolean.toString(texts))
        .buildOrThrow();
  }

  /** What a reader must know to compare a number with another. */
  private Map<String, String> asked(EvaluationProtocol protocol, Fingerprint made) {
    Map<String, String> asked = new LinkedHashMap<>();
    asked.put("judge", made.checkpoint());
    asked.put("protocol", protocol.name());
    asked.put(
        "order",
        switch (protocol.order()) {
          case CHOSEN_FIRST -> "the chosen response first, always";
          case SHUFFLED -> "one order for each pair, drawn by its id";
          case BOTH -> "both orders, each a trial";
        });
    asked.put(
        "judgements",
        protocol.samples() + " of each trial, temperature " + protocol.sampling().temperature());
    String prompt = String.valueOf(made.settings().get("--protocol"));
    asked.put(
        "prompt and parser", prompt.equals("r1-reward") ? prompt : "file with SHA-256 " + prompt);
    asked.put("pixels", pixels(protocol, String.valueOf(made.settings().get("--max-pixels"))));
    asked.put("frames of videos", "as the input lists them");
    asked.putAll(made.computed());
    asked.put("seed", Long.toString(protocol.sampling().seed()));
    return asked;
  }

  private String pixels(EvaluationProtocol protocol, String given) {
    if (model.namesMaxPixels()) {
      return "at most " + given;
    }
    return protocol.maxPixels().isPresent()
        ? "at most " + protocol.maxPixels().getAsInt()
        : "the checkpoint's limit, at most " + ModelSettings.DEFAULT_MAX_PIXELS;
  }

  private long atMost() {
    return limit == null ? Long.MAX_VALUE : limit;
  }

  private Path checkedRoot() {
    if (batch < 1) {
      throw new UsageException("--batch must be at least 1, got " + batch);
    }
    if (limit != null && limit < 1) {
      throw new UsageException("--limit must be at least 1, got " + limit);
    }
    if (!Files.isRegularFile(input)) {
      throw new UsageException(
          "--input " + input + (Files.exists(input) ? " is not a file" : " does not exist"));
    }
    if (against != null) {
      EvaluationFolder.require(against);
    }
    Path root = imageRoot == null ? input.toAbsolutePath().resolveSibling("") : imageRoot;
    if (!Files.isDirectory(root)) {
      throw new UsageException("--image-root " + root + " is not a folder");
    }
    return root;
  }
}
