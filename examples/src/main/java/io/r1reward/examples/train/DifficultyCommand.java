package io.r1reward.examples.train;

import com.google.common.collect.ImmutableMap;
import io.r1reward.core.generate.BatchingGenerator;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.protocol.R1RewardProtocol;
import io.r1reward.core.torch.TorchEngine;
import io.r1reward.core.torch.TorchSettings;
import io.r1reward.examples.UsageException;
import io.r1reward.examples.results.Fingerprint;
import io.r1reward.examples.results.InputDigest;
import io.r1reward.examples.results.Progress;
import io.r1reward.train.data.JsonLines;
import io.r1reward.train.data.MediaPaths;
import io.r1reward.train.encode.SampleEncoder;
import io.r1reward.train.sft.Difficulty;
import io.r1reward.train.sft.DifficultyFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lets a judge try each pair of a file and writes the pairs back with what became of it. */
@Command(
    name = "difficulty",
    description =
        "Adds to each pair how many attempts a judge needs until its verdict is right (0: never),"
            + " and the first judgement that was right, to learn from.",
    mixinStandardHelpOptions = true)
public final class DifficultyCommand implements Callable<Integer> {
  private static final int ROWS = 64;

  @Spec private CommandSpec spec;

  @Option(names = "--checkpoint", required = true, description = "folder of the judge")
  private Path checkpoint;

  @Option(names = "--input", required = true, description = "JSON lines of labelled pairs")
  private Path input;

  @Option(names = "--output", required = true, description = "the same lines with the fields")
  private Path output;

  @Option(names = "--image-root", description = "folder of relative paths; default: the input's")
  private @Nullable Path imageRoot;

  @Option(names = "--attempts", defaultValue = "3", description = "most judgements of a pair")
  private int attempts;

  @Option(names = "--temperature", defaultValue = "1", description = "of the judgements")
  private double temperature;

  @Option(names = "--max-new-tokens", defaultValue = "1024", description = "of a judgement")
  private int maxNewTokens;

  @Option(names = "--batch", defaultValue = "64", description = "pairs that are judged at a time")
  private int batch;

  @Option(names = "--seed", defaultValue = "0", description = "of the judgements")
  private long seed;

  @Option(names = "--device", defaultValue = "auto", description = "auto, cpu or cuda:N")
  private String device;

  @Option(names = "--dtype", defaultValue = "auto", description = "auto, float32 or bfloat16")
  private String dtype;

  @Option(names = "--threads", defaultValue = "0", description = "intra-op threads, 0: default")
  private int threads;

  @Option(
      names = "--overwrite",
      description = "Start afresh, whatever is in the output; else a run goes on in it.")
  private boolean overwrite;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (!Files.isRegularFile(input)) {
      throw new UsageException(
          "--input " + input + (Files.exists(input) ? " is not a file" : " does not exist"));
    }
    if (Files.exists(output) && Files.isSameFile(input, output)) {
      throw new UsageException("--output is the input: " + output);
    }
    JsonLines source = JsonLines.of(input);
    if (imageRoot != null) {
      source = source.media(MediaPaths.under(imageRoot));
    }
    List<InputDigest> digests = PairDigests.of(source);
    Fingerprint fingerprint = Fingerprint.of(checkpoint, settings(), digests);
    if (overwrite) {
      Files.deleteIfExists(output);
    }
    long before = PairDigests.written(output);
    if (before > 0) {
      fingerprint.requireSame(Fingerprint.read(output), output, before, Set.of());
    }
    fingerprint.write(output);
    try (SampleEncoder encoder =
            SampleEncoder.open(
                checkpoint, R1RewardProtocol.create(), SampleEncoder.TRAINING_MAX_PIXELS);
        Generator judge =
            BatchingGenerator.open(
                () ->
                    TorchEngine.open(checkpoint, TorchSettings.of(device, dtype, "auto", threads)),
                ROWS,
                1);
        Progress progress = Progress.of("difficulty", "pairs", before, digests.size())) {
      Difficulty difficulty = new Difficulty(judge, encoder, attempts, temperature, maxNewTokens);
      long done =
          new DifficultyFile(difficulty, batch, seed).write(source, output, progress::stepTo);
      out.println(done + " pairs with their difficulty: " + output);
    }
    out.flush();
    return 0;
  }

  /** What changes the judgements; how many are made together does not. */
  private ImmutableMap<String, String> settings() {
    return ImmutableMap.<String, String>builder()
        .put("--attempts", Integer.toString(attempts))
        .put("--temperature", Double.toString(temperature))
        .put("--max-new-tokens", Integer.toString(maxNewTokens))
        .put("--seed", Long.toString(seed))
        .put("--device", device.replaceFirst(":.*", ""))
        .put("--dtype", dtype)
        .buildOrThrow();
  }
}
