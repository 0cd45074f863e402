package io.r1reward.core.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.r1reward.EngineException;
import io.r1reward.core.torch.jni.TorchScript;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code packing.py}: packs weights for oneDNN and compares packed ones. Not thread-safe. */
final class PackingKernel implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PackingKernel.class);

  private final TorchScript script;

  private PackingKernel(TorchScript script) {
    this.script = script;
  }

  /** Compiles it; empty where this libtorch has no oneDNN linear. */
  static Optional<PackingKernel> open(NDManager manager) {
    if (manager.getDevice().isGpu()) {
      return Optional.empty();
    }
    try {
      String source = ScriptSource.read(PackingKernel.class, "packing.py", Map.of());
      return Optional.of(
          new PackingKernel(TorchScript.compile(manager, "packing", "Packing", source)));
    } catch (EngineException e) {
      log.debug("this libtorch has no oneDNN linear", e);
      return Optional.empty();
    }
  }

  /** Packs a weight, {@code [out, in]}. */
  NDArray pack(NDArray weight, NDManager owner) {
    return script.one(owner, "pack", weight);
  }

  /** Whether a packed weight is the weight to the bit, when it is brought back. */
  boolean unpacks(NDArray packed, NDArray weight) {
    return script.run("unpacks", packed, weight) == 1;
  }

  /** Whether products with unit vectors give the weight's {@code n} first and last columns. */
  boolean multiplies(NDArray packed, NDArray weight, int n) {
    return script.run("multiplies", packed, weight, n) == 1;
  }

  TorchScript script() {
    return script;
  }

  @Override
  public void close() {
    script.close();
  }
}
