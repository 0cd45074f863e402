package io.r1reward.train.policy;

import ai.djl.Device;
import io.r1reward.core.generate.BatchingGenerator;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.torch.TorchEngine;
import io.r1reward.core.torch.TorchSettings;
import io.r1reward.core.torch.jni.Torch;
import io.r1reward.train.model.PolicyNetwork;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Samples with the judging engine, which is opened over the network's own weights and closed again,
 * so its copies of them (what its layout joins or packs, and merged adapters) take memory during
 * rollouts alone. Rollouts come from exactly the runtime that will judge. Not thread-safe.
 *
 * <p>The layout of the weights decides how near the log-probabilities are to the trainer's. In
 * float32 on a CPU the default is {@code mapped}: its products are those of the trainer, and what
 * is left is that sums over few rows are made in another order (some 1e-6 nats). Elsewhere it is
 * the engine's choice: in bfloat16 the rounding of every product counts for more than its layout.
 */
public final class EngineSampler implements PolicySampler {
  private final int rows;
  private final int threads;
  private final @Nullable String layout;

  /**
   * A sampler with the default layout.
   *
   * @param rows most completions that are decoded at a time
   * @param threads intra-op threads, 0 for the library's choice
   */
  public EngineSampler(int rows, int threads) {
    this(rows, threads, null);
  }

  /**
   * A sampler.
   *
   * @param layout as {@code weights} of {@link TorchSettings}; null for the default
   */
  public EngineSampler(int rows, int threads, @Nullable String layout) {
    this.rows = rows;
    this.threads = threads;
    this.layout = layout;
  }

  @Override
  public List<Completion> sample(PolicyNetwork network, GenerationRequest request) {
    Device device = network.manager().getDevice();
    String name = device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
    String chosen =
        layout != null
            ? layout
            : device.isGpu() || network.settings().bfloat16() ? "auto" : "mapped";
    TorchSettings settings = TorchSettings.of(name, "auto", chosen, threads);
    try (Generator generator =
        BatchingGenerator.open(() -> TorchEngine.open(network.weightSource(), settings), rows, 1)) {
      return generator.generate(request);
    } finally {
      Torch.prepareThread(network.settings().threads());
    }
  }
}
