package io.r1reward.core.torch;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import io.r1reward.core.machine.KernelCheck;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.torch.jni.Torch;
import java.util.List;

/**
 * What PyTorch's kernels do on this machine's CPU, for reports: all that the engine relies on,
 * tried on the sizes of published models, and what {@code auto} chooses. Stateless; call it from a
 * thread of its own, whose intra-op thread count it sets.
 */
public final class TorchKernels {
  private static final ImmutableList<KernelChecks.Heads> MODELS =
      ImmutableList.of(
          new KernelChecks.Heads(14, 2, 64, 10, 64), // 0.5b
          new KernelChecks.Heads(28, 4, 128, 16, 80)); // 7b

  private TorchKernels() {}

  /**
   * Tries everything, in a second or two.
   *
   * @param threads intra-op threads, 0 for PyTorch's choice
   * @throws io.r1reward.EngineException if PyTorch is not available
   */
  public static List<KernelCheck> check(int threads) {
    Torch.prepareThread(threads);
    ImmutableList.Builder<KernelCheck> all = ImmutableList.builder();
    try (NDManager manager = Torch.newManager("cpu");
        TorchMachine machine = new TorchMachine(manager)) {
      KernelChecks checks = machine.checks();
      for (Precision precision : Precision.values()) {
        for (int rows : new int[] {1, 8, 40}) {
          all.add(checks.linear(rows, 1152, 896, precision));
        }
        for (KernelChecks.Heads heads : MODELS) {
          all.addAll(checks.attention(heads, precision));
        }
      }
      machine.packing().ifPresent(kernel -> packed(checks, kernel, all));
    }
    return all.build();
  }

  private static void packed(
      KernelChecks checks, PackingKernel kernel, ImmutableList.Builder<KernelCheck> all) {
    for (Precision precision : Precision.values()) {
      for (int rows : new int[] {1, 8, 40}) {
        all.add(checks.packed(kernel, rows, 1152, 896, true, precision));
      }
      for (boolean filled : new boolean[] {true, false}) {
        all.add(checks.packed(kernel, 8, 100, 72, filled, precision));
        all.add(checks.packed(kernel, 8, 3420, 1280, filled, precision)); // gate of the 7b tower
      }
    }
  }

  /**
   * Says what {@code auto} chooses on this machine's CPU, such as {@code float32, packed}.
   *
   * @param stored what the weights are stored in
   * @param parameters number of weights
   */
  public static String choice(DType stored, long parameters) {
    try (NDManager manager = Torch.newManager("cpu");
        TorchMachine machine = new TorchMachine(manager)) {
      ComputePlan plan = ComputePlan.of("auto", "auto", stored, parameters, machine);
      return plan.precision().label() + ", " + plan.layout().label();
    }
  }

  /** Names the library and its version. */
  public static String version() {
    return "PyTorch " + Torch.engine().getVersion() + " (DJL)";
  }
}
