package io.r1reward.onnx.runtime;

import ai.onnxruntime.OrtEnvironment;
import com.google.common.collect.ImmutableList;
import io.r1reward.core.machine.KernelCheck;

/**
 * What ONNX Runtime's kernels do on this machine's CPU, for reports: all kinds of products and
 * attention that exports consist of. Stateless.
 */
public final class OnnxKernels {

  private OnnxKernels() {}

  /**
   * Tries everything, in a second or less.
   *
   * @param threads intra-op threads, 0 for ONNX Runtime's choice
   * @throws io.r1reward.EngineException if ONNX Runtime is not available
   */
  public static ImmutableList<KernelCheck> check(int threads) {
    KernelSuite suite = new KernelSuite(OnnxRuntime.environment(), threads);
    suite.plain();
    for (int block : new int[] {16, 32, 128}) {
      suite.quantised(4, block, 4);
    }
    for (int block : new int[] {32, 64, 128}) {
      suite.quantised(8, block, 4);
    }
    suite.quantised(4, 32, 0);
    suite.attention(14, 2, 64); // 0.5b
    suite.attention(28, 4, 128); // 7b
    return suite.checks();
  }

  /** Names the library and its version. */
  public static String version() {
    OrtEnvironment environment = OnnxRuntime.environment();
    return "ONNX Runtime " + environment.getVersion();
  }
}
