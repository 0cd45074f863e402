package io.r1reward.core.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.r1reward.EngineException;
import io.r1reward.core.machine.Processor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This machine, as far as {@link ComputePlan} asks, and the scripts that try its kernels, each of
 * them compiled when it is first wanted. Not thread-safe.
 */
final class TorchMachine implements ComputePlan.Machine, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TorchMachine.class);

  private final NDManager manager;
  private final Processor processor = Processor.current();
  private Optional<PackingKernel> packing = Optional.empty();
  private boolean packingSought;
  private @Nullable KernelChecks checks;

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
    Optional<PackingKernel> kernel = packing();
    if (kernel.isEmpty()) {
      return false;
    }
    try (NDManager scope = manager.newSubManager()) {
      NDArray weight = checks().weight(64, 64, precision, scope); // [64, 64]
      return kernel.get().multiplies(kernel.get().pack(weight, scope), weight, 4);
    } catch (EngineException e) {
      log.debug("weights in {} are not packed", precision.label(), e);
      return false;
    }
  }

  @Override
  public long memory() {
    return processor.memory();
  }

  /** Returns what packs weights; empty where this libtorch or device has nothing that does. */
  Optional<PackingKernel> packing() {
    if (!packingSought) {
      packing = PackingKernel.open(manager);
      packingSought = true;
    }
    return packing;
  }

  /** Returns what tries kernels. */
  KernelChecks checks() {
    KernelChecks opened = checks;
    if (opened == null) {
      opened = new KernelChecks(manager);
      checks = opened;
    }
    return opened;
  }

  @Override
  public void close() {
    packing.ifPresent(PackingKernel::close);
    if (checks != null) {
      checks.close();
    }
  }
}
