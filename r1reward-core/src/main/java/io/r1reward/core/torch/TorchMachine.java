package io.r1reward.core.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.r1reward.EngineException;
import io.r1reward.core.machine.Processor;
import io.r1reward.core.torch.jni.TorchScript;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This machine, as far as {@link ComputePlan} asks. Not thread-safe. */
final class TorchMachine implements ComputePlan.Machine {
  private static final Logger log = LoggerFactory.getLogger(TorchMachine.class);

  private final NDManager manager;
  private final Processor processor = Processor.current();

  TorchMachine(NDManager manager) {
    this.manager = manager;
  }

  @Override
  public boolean gpu() {
    return manager.getDevice().isGpu();
  }

  @Override
  public boolean multipliesBfloat16() {
    return processor.bfloat16();
  }

  /** Packs a small weight: libtorch says only then whether the processor can. */
  @Override
  public boolean packs(Precision precision) {
    Optional<PackingKernel> opened = PackingKernel.open(manager);
    if (opened.isEmpty()) {
      return false;
    }
    try (PackingKernel kernel = opened.get();
        NDManager scope = manager.newSubManager();
        TorchScript checks = KernelChecks.compile(scope)) {
      NDArray weight = checks.one(scope, "weight", 64, 64, precision.scalarType()); // [64, 64]
      return kernel.multiplies(kernel.pack(weight, scope), weight, 4);
    } catch (EngineException e) {
      log.debug("weights in {} are not packed", precision.label(), e);
      return false;
    }
  }

  @Override
  public long memory() {
    return processor.memory();
  }
}
