package io.r1reward.onnx.runtime;

import com.google.common.collect.ImmutableMap;
import io.r1reward.InvalidInputException;

/**
 * How ONNX Runtime runs the graphs. Immutable.
 *
 * @param device {@code cpu}, {@code cuda:N}, {@code coreml} or {@code directml:N}
 * @param threads inside one operator, 0 for ONNX Runtime's choice
 * @param selfCheck whether ONNX Runtime's kernels for quantised weights and for attention are held
 *     against plain arithmetic before a model is used, see {@link OnnxEngine}
 * @param sessionConfig session configuration entries by ONNX Runtime's own keys, such as {@code
 *     session.intra_op.allow_spinning}
 */
public record OnnxSettings(
    String device, int threads, boolean selfCheck, ImmutableMap<String, String> sessionConfig) {

  /** Checks the number of threads. */
  public OnnxSettings {
    if (threads < 0) {
      throw new InvalidInputException("threads must be at least 0, got " + threads);
    }
  }

  /** On the CPU, everything as ONNX Runtime has it, with the self-check. */
  public static OnnxSettings cpu() {
    return new OnnxSettings("cpu", 0, true, ImmutableMap.of());
  }
}
