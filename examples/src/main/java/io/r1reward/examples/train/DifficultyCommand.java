package io.r1reward.examples.train;

import com.google.common.collect.ImmutableMap;
import io.r1reward.core.generate.BatchingGenerator;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.torch.TorchEngine;
import io.r1reward.core.torch.TorchSettings;
import io.r1reward.examples.ProtocolOptions;
import io.r1reward.examples.UsageException;
import io.r1reward.examples.results.Fingerprint;
import io.r1reward.examples.results.InputDigest;
import io.r1reward.examples.results.OutputLock;
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
import picocli.CommandLine.Mixin;
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

  @Option(
      names = "--checkpoint",
      required = true,
      paramLabel = "DIR",
      description = "Hugging Face folder of the judge.")
  private Path checkpoint;

  @Mixin private ProtocolOptions protocol;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "FILE",
      description = "JSON lines of labelled pairs.")
  private Path input;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "The same lines with the fields added.")
  private Path output;

  @Option(
      names = "--image-root",
      paramLabel = "DIR",
      description = "Where relative picture paths start; default: the folder of the input.")
  private @Nullable Path imageRoot;

  @Option(
      names = "--attempts",
      defaultValue = "3",
      paramLabel = "N",
      description = "Most judgements of a pair; default ${DEFAULT-VALUE}.")
  private int attempts;

  @Option(
      names = "--temperature",
      defaultValue = "1",
      paramLabel = "T",
      description = "Temperature of the judgements, 0 is greedy; default ${DEFAULT-VALUE}.")
  private double temperature;

  @Option(
      names = "--max-new-tokens",
      defaultValue = "1024",
      paramLabel = "N",
      description = "Most tokens of a judgement; default ${DEFAULT-VALUE}.")
  private int maxNewTokens;

  @Option(
      names = "--batch",
      defaultValue = "64",
      paramLabel = "N",
      description = "Pairs that are judged at a time; default ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "S",
      description = "Start of all random draws; default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--device",
      defaultValue = "auto",
      paramLabel = "auto|cpu|cuda:N",
      description =
          "Where to compute: auto takes the first GPU where there is one; default"
              + " ${DEFAULT-VALUE}.")
  private String device;

  @Option(
      names = "--dtype",
      defaultValue = "auto",
      paramLabel = "auto|float32|bfloat16",
      description =
          "Number format: auto takes the checkpoint's where the device computes in it;"
              + " default ${DEFAULT-VALUE}.")
  private String dtype;

  @Option(
      names = "--threads",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "Threads inside one operator on a CPU, 0 for the engine's choice; default"
              + " ${DEFAULT-VALUE}.")
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
    OutputLock lock = OutputLock.take(output);
    try {
      long done = measure(source);
      out.println(done + " pairs with their difficulty: " + output);
    } finally {
      lock.close();
    }
    out.flush();
    return 0;
  }

  /** Measures what is left, while no other run writes the output. */
  private long measure(JsonLines source) throws IOException {
    List<InputDigest> digests = PairDigests.of(source);
    Fingerprint fingerprint = Fingerprint.of(checkpoint, settings(), digests);
    long written = overwrite ? 0 : PairDigests.written(output);
    Fingerprint before = null;
    if (written > 0) {
      before = Fingerprint.read(output);
      fingerprint.requireSame(before, output, written, Set.of());
    }
    try (SampleEncoder encoder = SampleEncoder.open(checkpoint, protocol.protocol());
        Generator judge =
            BatchingGenerator.open(
                () ->
                    TorchEngine.open(checkpoint, TorchSettings.of(device, dtype, "auto", threads)),
                ROWS,
                1);
        Progress progress = Progress.of("difficulty", "pairs", written, digests.size())) {
      fingerprint = fingerprint.computing(Fingerprint.computedBy(judge.info()), before, output);
      if (overwrite) {
        Files.deleteIfExists(output);
      }
      fingerprint.write(output);
      Difficulty difficulty = new Difficulty(judge, encoder, attempts, temperature, maxNewTokens);
      return new DifficultyFile(difficulty, batch, seed).write(source, output, progress::stepTo);
    }
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
        .put("--protocol", protocol.fingerprint())
        .buildOrThrow();
  }
}
