package io.r1reward.core.torch;

import ai.djl.ndarray.NDManager;
import io.r1reward.EngineException;
import io.r1reward.InvalidInputException;
import io.r1reward.core.torch.jni.TorchScript;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the weights of linear layers are kept. */
enum Layout {
  /** In the checkpoint's mapped memory: opens at once, needs no memory of its own, slowest. */
  MAPPED("linear_separate.py"),
  /** Copied, with q, k, v and gate, up joined. */
  FUSED("linear_fused.py"),
  /** As {@link #FUSED}, in the order in which oneDNN reads fastest. */
  PACKED("linear_packed.py");

  private static final Logger log = LoggerFactory.getLogger(Layout.class);

  private final String source;

  Layout(String source) {
    this.source = source;
  }

  /** Compiles the forward pass for this layout. */
  TorchScript compile(NDManager manager) {
    return Kernels.compile(manager, source);
  }

  /**
   * Resolves a setting: {@code auto}, {@code mapped}, {@code fused} or {@code packed}. {@code auto}
   * is fused on a GPU; on a CPU packed where this libtorch can and half of the machine's memory
   * holds the weights, else mapped.
   *
   * @param bytes of the weights
   */
  static Layout of(String setting, long bytes, NDManager manager) {
    return switch (setting) {
      case "mapped" -> MAPPED;
      case "fused" -> FUSED;
      case "packed" -> PACKED;
      case "auto" -> {
        if (manager.getDevice().isGpu()) {
          yield FUSED;
        }
        yield 2 * bytes <= machineMemory() && packs(manager) ? PACKED : MAPPED;
      }
      default ->
          throw new InvalidInputException(
              "unknown weights setting " + setting + ", expected auto, mapped, fused or packed");
    };
  }

  private static boolean packs(NDManager manager) {
    try {
      PACKED.compile(manager).close();
      return true;
    } catch (EngineException e) {
      log.debug("this libtorch has no oneDNN linear", e);
      return false;
    }
  }

  private static long machineMemory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : 0;
  }
}
