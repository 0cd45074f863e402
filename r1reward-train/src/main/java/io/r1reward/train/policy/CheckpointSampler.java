package io.r1reward.train.policy;

import io.r1reward.core.checkpoint.DType;
import io.r1reward.core.generate.BatchingGenerator;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.torch.TorchEngine;
import io.r1reward.core.torch.jni.Torch;
import io.r1reward.train.model.NetworkFiles;
import io.r1reward.train.model.PolicyNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Samples with the judging engine: the network is written to a temporary checkpoint, opened, asked,
 * and removed. So rollouts come from exactly the runtime that will judge. Not thread-safe.
 */
public final class CheckpointSampler implements PolicySampler {
  private final Path base;
  private final int rows;
  private final int threads;

  /**
   * A sampler.
   *
   * @param base checkpoint whose configuration and tokenizer the network has
   * @param rows most completions that are decoded at a time
   * @param threads intra-op threads, 0 for the library's choice
   */
  public CheckpointSampler(Path base, int rows, int threads) {
    this.base = base;
    this.rows = rows;
    this.threads = threads;
  }

  @Override
  public List<Completion> sample(PolicyNetwork network, GenerationRequest request) {
    Path folder = null;
    try {
      folder = Files.createTempDirectory("r1reward-policy");
      Path checkpoint = folder.resolve("checkpoint");
      boolean half = network.settings().bfloat16();
      NetworkFiles.export(network, base, checkpoint, half ? DType.BF16 : DType.F32);
      try (Generator generator =
          BatchingGenerator.open(
              () ->
                  TorchEngine.open(
                      checkpoint,
                      network.settings().device(),
                      half ? "bfloat16" : "float32",
                      "auto",
                      threads),
              rows,
              1)) {
        return generator.generate(request);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a temporary checkpoint: " + e, e);
    } finally {
      Torch.prepareThread(network.settings().threads());
      delete(folder);
    }
  }

  private static void delete(@Nullable Path folder) {
    if (folder == null) {
      return;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder + ": " + e, e);
    }
  }
}
