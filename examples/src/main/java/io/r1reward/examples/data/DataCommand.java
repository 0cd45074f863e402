package io.r1reward.examples.data;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Iterables;
import io.r1reward.core.media.MediaLimits;
import io.r1reward.examples.UsageException;
import io.r1reward.examples.results.OutputLock;
import io.r1reward.train.benchmark.Benchmark;
import io.r1reward.train.data.MediaPaths;
import io.r1reward.train.data.layout.PictureStore;
import io.r1reward.train.data.prepare.Benchmarks;
import io.r1reward.train.data.prepare.Contamination;
import io.r1reward.train.data.prepare.Duplicates;
import io.r1reward.train.data.prepare.PairKeys;
import io.r1reward.train.data.prepare.Preparation;
import io.r1reward.train.data.prepare.PreparationStep;
import io.r1reward.train.data.prepare.RlFormat;
import io.r1reward.train.run.ContentDigest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Turns public data sets into files to learn from. */
@Command(
    name = "data",
    mixinStandardHelpOptions = true,
    description =
        "Prepares preference data: reads public data sets, drops pairs whose pictures do not open,"
            + " duplicates and pairs of benchmarks, balances labels, and holds some pairs out.",
    footer = {
      "",
      "The folder of the output holds train.jsonl, held-out.jsonl, images/ (a copy of every picture"
          + " that is kept, named by its SHA-256), dropped.jsonl (place, reason and message of each"
          + " record or pair that was dropped), summary.json and summary.png. Pictures are the same"
          + " where their pixels are, whatever the file; questions where they differ in case, white"
          + " space and punctuation alone. A picture that was scaled, or compressed with losses, is"
          + " not found again.",
      "A run that was stopped starts again when it is called again with the same options, and"
          + " writes no picture twice; a whole one is left as it is.",
      "To learn from pairs that are neither too easy nor too hard: difficulty --checkpoint JUDGE"
          + " --input DIR/train.jsonl --output DIR/measured.jsonl adds the attempts that a judge"
          + " needs."
    })
public final class DataCommand implements Callable<Integer> {

  /** Formats of lines. */
  enum Format {
    PAIRS,
    RL
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--input",
      required = true,
      split = ",",
      paramLabel = "FILE",
      description =
          "Records of a data set: JSON lines or a JSON list, either in gzip, or Parquet where the"
              + " module for it is on the class path; several with commas between them.")
  private List<Path> inputs;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the results; made if it is not there.")
  private Path output;

  @Option(
      names = "--layout",
      defaultValue = Layouts.AUTO,
      paramLabel = "NAME",
      description =
          "What the fields mean: mm-rlhf, rlaif-v, vlfeedback, vlfeedback-all-pairs, povid,"
              + " wildvision-battle, pairs, or what the first record of each input tells; default"
              + " ${DEFAULT-VALUE}.")
  private String layout;

  @Option(
      names = "--image-root",
      paramLabel = "DIR",
      description = "Where relative picture paths start; default: the folder of each input.")
  private @Nullable Path imageRoot;

  @Option(
      names = "--benchmark",
      split = ",",
      paramLabel = "FILE",
      description =
          "Benchmarks whose pairs are dropped, as evaluate reads them; may be given several times."
              + " Default: none.")
  private List<Path> benchmarks = new ArrayList<>();

  @Option(
      names = "--benchmark-image-root",
      paramLabel = "DIR",
      description = "Where picture paths of benchmarks start; default: the folder of each.")
  private @Nullable Path benchmarkImageRoot;

  @Option(
      names = "--contamination",
      defaultValue = "picture",
      paramLabel = "picture|question|both|either",
      description =
          "What a pair must share with a benchmark to be dropped: the picture, the question, both"
              + " of one benchmark pair, or either; pairs without a picture are compared by their"
              + " question; default ${DEFAULT-VALUE}.")
  private Contamination contamination;

  @Option(
      names = "--one-per-question",
      description =
          "Keep one pair of each picture and question; by default only pairs with the same two"
              + " responses are duplicates.")
  private boolean onePerQuestion;

  @Option(
      names = "--held-out",
      defaultValue = "0.05",
      paramLabel = "SHARE",
      description =
          "Expected share of the pairs that are held out, all of one id together, 0 for none;"
              + " default ${DEFAULT-VALUE}.")
  private double heldOut;

  @Option(
      names = "--balance",
      description =
          "Exchange responses so that each is the better one equally often; by default a chosen"
              + " response stands first, and a judge learns to say so.")
  private boolean balance;

  @Option(
      names = "--format",
      defaultValue = "pairs",
      paramLabel = "pairs|rl",
      description =
          "Lines of pairs, or of R1-Reward's RL data with the published prompt; default"
              + " ${DEFAULT-VALUE}.")
  private Format format;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "S",
      description = "Seed of the split and of the balance; default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--overwrite",
      description = "Start afresh, whatever is in the output; else other inputs are refused there.")
  private boolean overwrite;

  @Override
  public Integer call() throws IOException {
    check();
    PrintWriter out = spec.commandLine().getOut();
    Files.createDirectories(output);
    PreparedFolder folder = new PreparedFolder(output);
    OutputLock lock = OutputLock.take(output.resolve(PreparedFolder.SUMMARY));
    try {
      ImmutableMap<String, String> madeFrom = madeFrom();
      if (!overwrite && folder.isWhole()) {
        folder.begin(madeFrom);
        out.println("is prepared already: " + output);
      } else {
        out.print(prepare(folder, madeFrom).table());
        out.println("in " + output);
      }
    } finally {
      lock.close();
    }
    out.flush();
    return 0;
  }

  private void check() throws IOException {
    Layouts.require(layout);
    inputs.forEach(file -> requireFile("--input", file));
    benchmarks.forEach(file -> requireFile("--benchmark", file));
    if (!(heldOut >= 0 && heldOut < 1)) {
      throw new UsageException("--held-out must be in [0, 1), got " + heldOut);
    }
    if (Files.exists(output) && !Files.isDirectory(output)) {
      throw new UsageException("--output " + output + " is not a folder");
    }
    for (Path file : Iterables.concat(inputs, benchmarks)) {
      if (Files.exists(output) && Files.isSameFile(SourceFile.folderOf(file), output)) {
        throw new UsageException("--output " + output + " is the folder of " + file);
      }
    }
  }

  private static void requireFile(String option, Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UsageException(
          option + " " + file + (Files.exists(file) ? " is not a file" : " does not exist"));
    }
  }

  private DataSummary prepare(PreparedFolder folder, ImmutableMap<String, String> madeFrom)
      throws IOException {
    PictureStore incoming = new PictureStore(output, PreparedFolder.INCOMING);
    ImmutableList.Builder<SourceFile> sources = ImmutableList.builder();
    for (Path file : inputs) {
      sources.add(
          new SourceFile(
              file,
              Layouts.of(layout, file),
              imageRoot == null ? SourceFile.folderOf(file) : imageRoot,
              incoming));
    }
    // what is wrong with an input is told before anything is written or removed
    DataRun run =
        new DataRun(
            folder, sources.build(), preparation(), heldOut, balance, format == Format.RL, seed);
    if (overwrite) {
      folder.clear();
    }
    folder.begin(madeFrom);
    return run.run(madeFrom);
  }

  private Preparation preparation() {
    PairKeys keys = new PairKeys(MediaLimits.DEFAULT);
    List<PreparationStep> steps = new ArrayList<>();
    if (!benchmarks.isEmpty()) {
      Benchmarks known = new Benchmarks(contamination, keys);
      for (Path file : benchmarks) {
        MediaPaths media =
            MediaPaths.under(
                benchmarkImageRoot == null ? SourceFile.folderOf(file) : benchmarkImageRoot);
        known.add(file.toString(), Benchmark.PAIRS.open(file, media));
      }
      steps.add(known);
    }
    if (format == Format.RL) {
      steps.add(new RlFormat());
    }
    steps.add(Duplicates.ofPairs());
    if (onePerQuestion) {
      steps.add(Duplicates.ofQuestions());
    }
    return new Preparation(keys, steps);
  }

  /** What changes the results. */
  private ImmutableMap<String, String> madeFrom() throws IOException {
    ImmutableMap.Builder<String, String> all = ImmutableMap.builder();
    all.put("--input", digests(inputs)).put("--layout", layout);
    all.put("--image-root", imageRoot == null ? "of each input" : imageRoot.toString());
    if (!benchmarks.isEmpty()) {
      all.put("--benchmark", digests(benchmarks));
      all.put("--contamination", contamination.name().toLowerCase(Locale.ROOT));
    }
    return all.put("--one-per-question", Boolean.toString(onePerQuestion))
        .put("--held-out", Double.toString(heldOut))
        .put("--balance", Boolean.toString(balance))
        .put("--format", format.name().toLowerCase(Locale.ROOT))
        .put("--seed", Long.toString(seed))
        .buildOrThrow();
  }

  private static String digests(List<Path> files) throws IOException {
    List<String> digests = new ArrayList<>();
    for (Path file : files) {
      String digest = ContentDigest.ofLine("", List.of(file));
      digests.add(file.getFileName() + " (digest " + digest.substring(0, 16) + ")");
    }
    return String.join(", ", digests);
  }
}
