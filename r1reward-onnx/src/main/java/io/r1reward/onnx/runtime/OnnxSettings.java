package io.r1reward.onnx.runtime;

import com.google.common.collect.ImmutableMap;
import io.r1reward.InvalidInputException;
import io.r1reward.core.prefix.PrefixCache;

/**
 * How ONNX Runtime runs the graphs. Immutable.
 *
 * @param device {@code cpu}, {@code cuda:N}, {@code coreml} or {@code directml:N}
 * @param threads inside one operator, 0 for ONNX Runtime's choice
 * @param selfCheck whether ONNX Runtime's kernels for quantised weights and for attention are held
 *     against plain arithmetic before a model is used, see {@link OnnxEngine}
 * @param prefixCacheBytes most bytes of keys and values that are kept of prompts for others that
 *     begin alike; 0 for none, -1 for a sixteenth of the memory that the weights leave, at most 2
 *     GiB
 * @param sessionConfig session configuration entries by ONNX Runtime's own keys, such as {@code
 *     session.intra_op.allow_spinning}
 */
public record OnnxSettings(
    String device,
    int threads,
    boolean selfCheck,
    long prefixCacheBytes,
    ImmutableMap<String, String> sessionConfig) {

  /** Checks the number of threads. */
  public OnnxSettings {
    if (threads < 0) {
      throw new InvalidInputException("threads must be at least 0, got " + threads);
    }
    PrefixCache.checkBudget(prefixCacheBytes);
  }

  /**
   * On the CPU, everything as ONNX Runtime has it, with the self-check, and without a cache of
   * prompts.
   */
  public static OnnxSettings cpu() {
    return new OnnxSettings("cpu", 0, true, 0, ImmutableMap.of());
  }
}
