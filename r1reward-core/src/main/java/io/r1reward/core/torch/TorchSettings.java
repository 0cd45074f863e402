package io.r1reward.core.torch;

import static java.util.Objects.requireNonNull;

import io.r1reward.InvalidInputException;
import io.r1reward.core.prefix.PrefixCache;

/**
 * How the PyTorch engine opens a model. Immutable.
 *
 * @param device {@code auto}, {@code cpu} or {@code cuda:N}
 * @param dtype {@code auto}, {@code float32} or {@code bfloat16}; weights that are in libtorch
 *     already stay in theirs
 * @param weights {@code auto}, {@code mapped}, {@code fused} or {@code packed}: in the checkpoint's
 *     mapped memory (of weights that are in libtorch: shared with them), copied with what belongs
 *     together joined, or copied in the order that oneDNN reads fastest, which is fused where the
 *     processor cannot
 * @param threads intra-op threads, 0 for PyTorch's choice, or one for small models
 * @param selfCheck whether the kernels that are fast on a CPU are held against plain arithmetic
 *     before they are used: packed weights against the plain ones, fused attention and its
 *     log-sum-exp on the model's sizes. What does not hold is not used, and a warning says so
 * @param prefixCacheBytes most bytes of keys and values that are kept of prompts for others that
 *     begin alike; 0 for none, -1 for a sixteenth of the memory that the weights leave, at most 2
 *     GiB
 */
public record TorchSettings(
    String device,
    String dtype,
    String weights,
    int threads,
    boolean selfCheck,
    long prefixCacheBytes) {

  /** Checks the number of threads; the names are checked where they are used. */
  public TorchSettings {
    requireNonNull(device, "device");
    requireNonNull(dtype, "dtype");
    requireNonNull(weights, "weights");
    if (threads < 0) {
      throw new InvalidInputException("threads must be at least 0, got " + threads);
    }
    PrefixCache.checkBudget(prefixCacheBytes);
  }

  /** Settings with the self-check, and without a cache of prompts. */
  public static TorchSettings of(String device, String dtype, String weights, int threads) {
    return new TorchSettings(device, dtype, weights, threads, true, 0);
  }

  /** The same with a bound of the cache of prompts. */
  public TorchSettings withPrefixCache(long bytes) {
    return new TorchSettings(device, dtype, weights, threads, selfCheck, bytes);
  }
}
