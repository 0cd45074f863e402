package io.r1reward.examples.score;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.r1reward.RewardModel;
import io.r1reward.examples.ExitCodes;
import io.r1reward.examples.ModelOptions;
import io.r1reward.examples.UsageException;
import io.r1reward.examples.results.Fingerprint;
import io.r1reward.examples.results.InputDigest;
import io.r1reward.spi.CheckpointSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
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
      "A run that was stopped goes on where it ended when it is called again with the same options;"
          + " FILE.fingerprint.json beside the output tells what made it, and where checkpoint,"
          + " settings or lines that are scored have changed since, the program refuses to go on."
    })
public final class ScoreCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ScoreCommand.class);
  private static final int QUEUE_CAPACITY = 1024;

  @Mixin private ModelOptions model;
  @Mixin private SamplingOptions sampling;
  @Mixin private CascadeOptions cascade;

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
      description = "Pairs under way, and judgements decoded together; default ${DEFAULT-VALUE}.")
  private int batch;

  @Option(names = "--tokens", description = "Write the generated token ids too.")
  private boolean tokens;

  @Option(
      names = "--retry-failed",
      description = "Score the lines again that stand as failed in the output, then go on.")
  private boolean retryFailed;

  @Option(
      names = "--overwrite",
      description = "Start afresh, whatever is in the output; else a run goes on in it.")
  private boolean overwrite;

  @Override
  public Integer call() throws IOException, InterruptedException {
    RewardModel.Builder builder =
        model.builder().batchRows(batch).queueCapacity(Math.max(batch, QUEUE_CAPACITY));
    ScoreRun.Settings settings =
        new ScoreRun.Settings(sampling.voting(), sampling.sampling(), batch, tokens);
    Path root = checkedRoot();
    ImmutableList<InputDigest> digests = ScoreInputs.digests(input, root);
    try (ScoreResults results = ScoreResults.open(input, root, output, overwrite, retryFailed)) {
      Path checkpoint = model.checkpoint();
      builder.checkpoint(checkpoint); // a branch of the hub may be another commit when asked again
      results.check(Fingerprint.of(checkpoint, fingerprint(), digests));
      if (results.written().lines() > 0) {
        LOG.info(
            "{} of {} lines are in {} already", results.written().lines(), digests.size(), output);
      }
      if (!results.complete()) {
        try (ScoreSession session = ScoreSession.open(builder, settings, first(checkpoint))) {
          Instant start = Instant.now();
          long count = results.run(session);
          double seconds =
              Math.max(1e-3, Duration.between(start, Instant.now()).toMillis() / 1000.0);
          LOG.info(
              "{} lines in {} s, {} pairs/s",
              count,
              String.format("%.1f", seconds),
              String.format("%.2f", count / seconds));
        }
      }
      long failed = results.written().failed();
      if (failed > 0) {
        LOG.warn("{} of {} lines failed, see \"error\" in {}", failed, digests.size(), output);
      }
      return failed > 0 ? ExitCodes.FAILED : ExitCodes.DONE;
    }
  }

  private ScoreSession.@Nullable FirstJudge first(Path second) throws IOException {
    if (cascade.checkpoint() == null) {
      return null;
    }
    Path folder = CheckpointSources.resolve(cascade.checkpoint());
    RewardModel.Builder builder = null;
    if (cascade.protocol() != null || !Files.isSameFile(folder, second)) {
      builder =
          model.builder(folder).batchRows(batch).queueCapacity(Math.max(batch, QUEUE_CAPACITY));
      if (cascade.protocol() != null) {
        builder.protocol(Path.of(cascade.protocol()));
      }
    }
    return new ScoreSession.FirstJudge(
        builder, cascade.voting(), cascade.sampling(sampling.sampling()), cascade.margin());
  }

  /** What changes the scores; batches and threads do not. */
  private Map<String, String> fingerprint() throws IOException {
    return ImmutableMap.<String, String>builder()
        .putAll(model.fingerprint())
        .putAll(sampling.fingerprint())
        .putAll(cascade.fingerprint())
        .put("--tokens", Boolean.toString(tokens))
        .buildOrThrow();
  }

  private Path checkedRoot() throws IOException {
    double unused = cascade.margin(); // a wrong one is told before a model is opened
    if (batch < 1) {
      throw new UsageException("--batch must be at least 1, got " + batch);
    }
    if (overwrite && retryFailed) {
      throw new UsageException(
          "--overwrite starts afresh and --retry-failed goes on in the output, give only one");
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
}
