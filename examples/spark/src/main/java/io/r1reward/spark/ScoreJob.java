package io.r1reward.spark;

import io.r1reward.InvalidInputException;
import io.r1reward.Sampling;
import io.r1reward.examples.score.CascadeOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Scores a table of pairs; the program for {@code spark-submit}. */
@Command(
    name = "score-job",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Scores the pairs of a table on a Spark cluster; a job that ended goes on with the"
            + " partitions that are left when it is submitted again.")
public final class ScoreJob implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ScoreJob.class);

  @Option(
      names = "--input",
      required = true,
      paramLabel = "PATH",
      description = "JSON lines, or a folder or file named *.parquet whose rows are pairs.")
  private String input;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "PATH",
      description = "Folder of the partitions' files; a line is number, tab, score.")
  private String output;

  @Option(
      names = "--merged",
      paramLabel = "PATH",
      description = "Also writes one file, the one that the program score writes.")
  private @Nullable String merged;

  @Option(
      names = "--checkpoint",
      required = true,
      paramLabel = "DIR",
      description = "Folder that every executor sees, or hf:owner/name@revision.")
  private String checkpoint;

  @Option(
      names = "--image-root",
      required = true,
      paramLabel = "DIR",
      description = "Where relative picture paths start, on every executor.")
  private String imageRoot;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "64",
      description = "Among which pictures are spread; default ${DEFAULT-VALUE}.")
  private int partitions;

  @Option(
      names = "--device",
      paramLabel = "auto|cpu|cuda:N",
      defaultValue = "auto",
      description =
          "Where to compute: auto takes the GPU that Spark gives the task; default"
              + " ${DEFAULT-VALUE}.")
  private String device;

  @Option(
      names = "--dtype",
      paramLabel = "auto|float32|bfloat16",
      defaultValue = "auto",
      description = "Number format; default ${DEFAULT-VALUE}.")
  private String dtype;

  @Option(
      names = "--protocol",
      paramLabel = "FILE",
      description = "Protocol file that every executor sees; default: R1-Reward's protocol.")
  private @Nullable String protocol;

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      description = "Larger pictures are made smaller; default 1003520.")
  private @Nullable Integer maxPixels;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Threads inside one operator, 0 for the engine's choice; default 0.")
  private int threads;

  @Option(
      names = "--votes",
      paramLabel = "K",
      defaultValue = "1",
      description = "Judgements per pair and order; default ${DEFAULT-VALUE}.")
  private int votes;

  @Option(names = "--both-orders", description = "Judge also with the responses exchanged.")
  private boolean bothOrders;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "0 is greedy; default: the checkpoint's, and 1 with more than one vote.")
  private @Nullable Double temperature;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Most tokens of one judgement; default 2048.")
  private @Nullable Integer maxNewTokens;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "Start of all random draws of every pair; default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "16",
      description = "Pairs under way in a task; default ${DEFAULT-VALUE}.")
  private int batch;

  @Mixin private CascadeOptions cascade;

  /** Runs the job; {@code spark-submit} calls this. */
  public static void main(String[] arguments) {
    JobLine.run(commandLine(), arguments);
  }

  static CommandLine commandLine() {
    return JobLine.of(new ScoreJob(), "score-job");
  }

  @Override
  public Integer call() throws IOException {
    SparkSession spark = SparkSession.builder().appName("r1reward score").getOrCreate();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    JavaRDD<String> lines =
        input.endsWith(".parquet")
            ? spark.read().parquet(input).toJSON().toJavaRDD()
            : context.textFile(input);
    long failed = run(context, lines, settings(), first());
    if (failed > 0) {
      LOG.warn("{} of the lines scored now failed, see \"error\" in {}", failed, output);
    }
    return failed > 0 ? 1 : 0;
  }

  private JudgeSettings settings() {
    if (batch < 1) {
      throw new InvalidInputException("--batch must be at least 1, got " + batch);
    }
    return new JudgeSettings(
        checkpoint,
        device,
        dtype,
        protocol,
        maxPixels,
        threads,
        votes,
        bothOrders,
        temperature,
        maxNewTokens == null ? Sampling.DEFAULT_MAX_NEW_TOKENS : maxNewTokens,
        seed,
        batch,
        imageRoot);
  }

  private @Nullable CascadeSettings first() {
    if (cascade.checkpoint() == null) {
      return null;
    }
    JudgeSettings second = settings();
    JudgeSettings first =
        new JudgeSettings(
            cascade.checkpoint(),
            device,
            dtype,
            cascade.protocol() == null ? protocol : cascade.protocol(),
            maxPixels,
            threads,
            cascade.voting().samples(),
            cascade.voting().bothOrders(),
            cascade.temperature(),
            second.maxNewTokens(),
            seed,
            batch,
            imageRoot);
    return new CascadeSettings(first, cascade.margin());
  }

  private long run(
      JavaSparkContext context,
      JavaRDD<String> lines,
      JudgeSettings settings,
      @Nullable CascadeSettings first)
      throws IOException {
    settings.voting(); // wrong numbers are told here, not by a task
    settings.sampling();
    if (partitions < 1) {
      throw new InvalidInputException("--partitions must be at least 1, got " + partitions);
    }
    JobFingerprint.of(settings, first, partitions, lines).keep(output);
    PartFiles parts = new PartFiles(output, partitions);
    int done = parts.done();
    LOG.info("{} of {} partitions are in {} already", done, partitions, output);
    long failed =
        done == partitions
            ? 0
            : SparkScoring.spread(lines, partitions)
                .mapPartitionsWithIndex(
                    (index, texts) ->
                        List.of(judge(parts, index, texts, settings, first)).iterator(),
                    true)
                .fold(0L, Long::sum);
    if (merged != null) {
      merge(context, parts, merged);
    }
    return failed;
  }

  private static long judge(
      PartFiles parts,
      int partition,
      Iterator<NumberedText> texts,
      JudgeSettings settings,
      @Nullable CascadeSettings first)
      throws IOException {
    if (parts.isDone(partition)) {
      return 0;
    }
    TaskContext task = TaskContext.get();
    return parts.write(partition, SparkScoring.scored(texts, settings, first, task), task);
  }

  private static void merge(JavaSparkContext context, PartFiles parts, String target)
      throws IOException {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < parts.partitions(); i++) {
      all.add(i);
    }
    Iterator<ScoredText> sorted =
        context
            .parallelize(all, all.size())
            .flatMap(part -> parts.read(part).iterator())
            .sortBy(ScoredText::number, true, all.size())
            .toLocalIterator();
    Path file = new Path(target);
    try (OutputStream out = file.getFileSystem(new Configuration()).create(file, true)) {
      while (sorted.hasNext()) {
        out.write((sorted.next().text() + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
  }
}
