package io.r1reward.examples.score;

import io.r1reward.RewardModel;
import io.r1reward.examples.ModelOptions;
import io.r1reward.examples.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Scores the pairs of a JSON lines file. */
@Command(
    name = "score",
    sortOptions = false,
    sortSynopsis = false,
    mixinStandardHelpOptions = true,
    description = "Scores the preference pairs of a JSON lines file.",
    footer = {
      "",
      "Input lines: {\"id\", \"question\", \"first\", \"second\", \"image\": path | \"images\":"
          + " [...] | \"video\": [frame paths], \"fps\": x}; prompt, chosen and rejected are"
          + " understood for question, first and second.",
      "A run that was stopped goes on where it ended when it is called again with the same options.",
      "Exit code: 0 all lines scored, 1 some failed, 2 wrong usage."
    })
public final class ScoreCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ScoreCommand.class);
  private static final int QUEUE_CAPACITY = 1024;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  @Mixin private ModelOptions model;
  @Mixin private SamplingOptions sampling;

  @Option(names = "--input", paramLabel = "FILE", required = true, description = "Pairs to score.")
  private Path input;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      required = true,
      description = "Scores, a line for each line of the input, in its order.")
  private Path output;

  @Option(
      names = "--image-root",
      paramLabel = "DIR",
      description = "Where relative picture paths start; default: the folder of the input.")
  private @Nullable Path imageRoot;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "16",
      description = "Pairs under way, and judgements decoded together; default 16.")
  private int batch;

  @Option(names = "--tokens", description = "Write the generated token ids too.")
  private boolean tokens;

  @Override
  public Integer call() throws IOException, InterruptedException {
    RewardModel.Builder builder =
        model.builder().batchRows(batch).queueCapacity(Math.max(batch, QUEUE_CAPACITY));
    ScoreRun.Settings settings =
        new ScoreRun.Settings(sampling.voting(), sampling.sampling(), batch, tokens);
    Path root = checkedRoot();
    try (InputReader lines = InputReader.open(input, root);
        OutputFile scores = OutputFile.open(output)) {
      OutputFile.Written before = scores.resume(lines);
      long total = InputReader.count(input);
      if (before.lines() > 0) {
        LOG.info("{} of {} lines are in {} already", before.lines(), total, output);
      }
      OutputFile.Written after =
          before.lines() == total ? before : run(builder, settings, lines, scores, before, total);
      if (after.failed() > 0) {
        LOG.warn("{} of {} lines failed, see \"error\" in {}", after.failed(), total, output);
      }
      return after.failed() > 0 ? 1 : 0;
    }
  }

  private Path checkedRoot() throws IOException {
    if (batch < 1) {
      throw new UsageException("--batch must be at least 1, got " + batch);
    }
    if (!Files.isRegularFile(input)) {
      throw new UsageException(
          "--input " + input + (Files.exists(input) ? " is not a file" : " does not exist"));
    }
    if (Files.exists(output) && Files.isSameFile(input, output)) {
      throw new UsageException("--output is the input: " + output);
    }
    Path root = imageRoot == null ? input.toAbsolutePath().resolveSibling("") : imageRoot;
    if (!Files.isDirectory(root)) {
      throw new UsageException("--image-root " + root + " is not a folder");
    }
    return root;
  }

  private static OutputFile.Written run(
      RewardModel.Builder builder,
      ScoreRun.Settings settings,
      InputReader lines,
      OutputFile scores,
      OutputFile.Written before,
      long total)
      throws IOException, InterruptedException {
    CountDownLatch closed = new CountDownLatch(1);
    try (RewardModel model = builder.load()) {
      LOG.info("{}", model.info());
      Instant start = Instant.now();
      OutputFile.Written after;
      try (ScoreProgress progress = ScoreProgress.of(before.lines(), total)) {
        ScoreRun run = new ScoreRun(model, settings, lines, scores, progress);
        Thread onExit = new Thread(() -> stop(run, closed), "stop-scoring");
        Runtime.getRuntime().addShutdownHook(onExit);
        try {
          after = run.run(before);
        } finally {
          removeHook(onExit);
        }
      }
      double seconds = Duration.between(start, Instant.now()).toMillis() / 1000.0;
      long count = after.lines() - before.lines();
      LOG.info(
          "{} lines in {} s, {} pairs/s",
          count,
          String.format("%.1f", seconds),
          String.format("%.2f", count / Math.max(seconds, 1e-3)));
      return after;
    } finally {
      closed.countDown();
    }
  }

  /** On Ctrl-C: lets the run end behind a whole line and free the model, for a while. */
  private static void stop(ScoreRun run, CountDownLatch closed) {
    run.stop();
    try {
      if (!closed.await(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("the model did not close within {} s", STOP_LIMIT.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.info("stopped; the same command goes on from here");
    }
  }
}
