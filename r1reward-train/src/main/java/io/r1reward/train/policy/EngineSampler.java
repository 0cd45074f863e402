package io.r1reward.train.policy;

import ai.djl.Device;
import io.r1reward.core.generate.BatchingGenerator;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.torch.TorchEngine;
import io.r1reward.core.torch.jni.Torch;
import io.r1reward.train.model.PolicyNetwork;
import java.util.List;

/**
 * Samples with the judging engine, which is opened over the network's own weights and closed again,
 * so its copies of them (what its layout joins or packs, and merged adapters) take memory during
 * rollouts alone. Rollouts come from exactly the runtime that will judge. Not thread-safe.
 */
public final class EngineSampler implements PolicySampler {
  private final int rows;
  private final int threads;
  private final String layout;

  /**
   * A sampler with the engine's choice of layout.
   *
   * @param rows most completions that are decoded at a time
   * @param threads intra-op threads, 0 for the library's choice
   */
  public EngineSampler(int rows, int threads) {
    this(rows, threads, "auto");
  }

  /**
   * A sampler.
   *
   * @param layout as {@code weights} of {@link TorchEngine#open}: {@code mapped} copies least
   */
  public EngineSampler(int rows, int threads, String layout) {
    this.rows = rows;
    this.threads = threads;
    this.layout = layout;
  }

  @Override
  public List<Completion> sample(PolicyNetwork network, GenerationRequest request) {
    Device device = network.manager().getDevice();
    String name = device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
    try (Generator generator =
        BatchingGenerator.open(
            () -> TorchEngine.open(network.weightSource(), name, layout, threads), rows, 1)) {
      return generator.generate(request);
    } finally {
      Torch.prepareThread(network.settings().threads());
    }
  }
}
