package io.r1reward.spark;

import io.r1reward.InvalidInputException;
import io.r1reward.train.StableReinforce;
import io.r1reward.train.SupervisedFineTuning;
import io.r1reward.train.TrainerBuilder;
import io.r1reward.train.TrainingRun;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.metrics.JsonLinesMetrics;
import io.r1reward.train.metrics.ProgressLog;
import io.r1reward.train.model.Lora;
import io.r1reward.train.optim.LearningRateSchedule;
import io.r1reward.train.rl.RlSettings;
import io.r1reward.train.sft.SftSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Trains adapters on the executors; the program for {@code spark-submit}. */
@Command(
    name = "train-job",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Trains adapters of a judge on a Spark cluster; a run that ended early goes on from its"
            + " newest checkpoint when it is submitted again.")
public final class TrainJob implements Callable<Integer> {
  private static final Pattern DEVICE = Pattern.compile("auto|cpu|cuda(:[0-9]+)?");

  /** How adapters are trained. */
  enum Method {
    /** On judgements that are there. */
    SFT,
    /** StableReinforce, with rewards of the paper and consistency judged by rules. */
    RL
  }

  @Option(names = "--method", required = true, paramLabel = "sft|rl", description = "How.")
  private Method method;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "JSON lines of pairs, with judgements for sft; the driver alone reads them.")
  private Path data;

  @Option(
      names = "--policy",
      required = true,
      paramLabel = "DIR",
      description = "Folder that the driver and every executor see at this place.")
  private Path policy;

  @Option(
      names = "--run",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the checkpoints, on the driver.")
  private Path run;

  @Option(
      names = "--slots",
      required = true,
      paramLabel = "N",
      description = "Tasks that the executors do at a time; rollouts are cut into so many.")
  private int slots;

  @Option(
      names = "--steps",
      required = true,
      paramLabel = "N",
      description = "Steps of sft, rollout batches of rl.")
  private long steps;

  @Option(
      names = "--rank",
      paramLabel = "N",
      defaultValue = "16",
      description = "Inner width of the adapters; default ${DEFAULT-VALUE}.")
  private int rank;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "64",
      description = "Samples of a step; in rl pairs of a rollout batch; default ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "4",
      description = "Rollouts of a pair in rl; default ${DEFAULT-VALUE}.")
  private int samples;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      defaultValue = "1024",
      description = "Most tokens of a rollout; default ${DEFAULT-VALUE}.")
  private int maxNewTokens;

  @Option(
      names = "--token-budget",
      paramLabel = "N",
      defaultValue = "4096",
      description =
          "Tokens of a micro-batch, which is one task: small enough that a step has several for"
              + " each slot; default ${DEFAULT-VALUE}.")
  private int tokenBudget;

  @Option(
      names = "--rate",
      paramLabel = "RATE",
      defaultValue = "1e-5",
      description = "Learning rate; default ${DEFAULT-VALUE}.")
  private double rate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Start of all random draws; default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--device",
      paramLabel = "auto|cpu|cuda:N",
      defaultValue = "auto",
      description =
          "Where to compute: auto takes the GPU that Spark gives a task, and on the driver the"
              + " first there is; default ${DEFAULT-VALUE}.")
  private String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Threads inside one operator, 0 for the engine's choice; default 0.")
  private int threads;

  @Option(names = "--bfloat16", description = "Compute in bfloat16, with float32 gradient sums.")
  private boolean bfloat16;

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      description = "Larger pictures are made smaller; default 501760.")
  private @Nullable Long maxPixels;

  /** Runs the program. */
  public static void main(String[] arguments) {
    JobLine.run(commandLine(), arguments);
  }

  static CommandLine commandLine() {
    return JobLine.of(new TrainJob(), "train-job").setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public Integer call() throws IOException {
    check();
    SftSettings supervised = sft(); // wrong numbers are told here, before there is a context
    RlSettings reinforced = rl();
    JavaSparkContext context =
        JavaSparkContext.fromSparkContext(
            SparkSession.builder().appName("train-job").getOrCreate().sparkContext());
    try (SparkTraining cluster = new SparkTraining(context, slots)) {
      PreferenceDataset pairs = PreferenceDataset.jsonl(data);
      TrainingRun done =
          method == Method.SFT
              ? on(cluster, SupervisedFineTuning.builder()).settings(supervised).build().fit(pairs)
              : on(cluster, StableReinforce.builder()).settings(reinforced).build().fit(pairs);
      System.out.println(done.adapter());
    }
    return 0;
  }

  private void check() {
    if (slots < 1) {
      throw new InvalidInputException("--slots must be at least 1, got " + slots);
    }
    if (rank < 1) {
      throw new InvalidInputException("--rank must be at least 1, got " + rank);
    }
    if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
      throw new InvalidInputException("--rate must be a finite number above 0, got " + rate);
    }
    if (threads < 0) {
      throw new InvalidInputException("--threads must be at least 0, got " + threads);
    }
    if (!DEVICE.matcher(device).matches()) {
      throw new InvalidInputException("--device must be auto, cpu or cuda:N, got " + device);
    }
    if (!Files.isRegularFile(data)) {
      throw new InvalidInputException("--data: there is no file " + data);
    }
    if (!Files.isDirectory(policy)) {
      throw new InvalidInputException("--policy: there is no folder " + policy);
    }
  }

  private <B extends TrainerBuilder<B>> B on(SparkTraining cluster, B builder) {
    builder
        .policy(policy)
        .run(run)
        .cluster(cluster)
        .lora(Lora.rank(rank))
        .device(device)
        .threads(threads)
        .bfloat16(bfloat16)
        .listener(ProgressLog.every(1))
        .listener(JsonLinesMetrics.to(run.resolve("metrics.jsonl")));
    return maxPixels == null ? builder : builder.maxPixels(maxPixels);
  }

  private SftSettings sft() {
    return SftSettings.builder(steps)
        .batch(batch)
        .tokenBudget(tokenBudget)
        .seed(seed)
        .schedule(LearningRateSchedule.constant(rate))
        .build();
  }

  private RlSettings rl() {
    return RlSettings.paper(steps)
        .rollouts(batch, samples)
        .maxNewTokens(maxNewTokens)
        .tokenBudget(tokenBudget)
        .seed(seed)
        .schedule(LearningRateSchedule.constant(rate))
        .build();
  }
}
