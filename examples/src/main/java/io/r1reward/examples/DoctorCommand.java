package io.r1reward.examples;

import io.r1reward.EngineException;
import io.r1reward.ModelInfo;
import io.r1reward.RewardModel;
import io.r1reward.core.machine.KernelCheck;
import io.r1reward.core.machine.Processor;
import io.r1reward.core.model.ModelShape;
import io.r1reward.core.model.ModelTensors;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.torch.TorchKernels;
import io.r1reward.onnx.runtime.OnnxKernels;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tells what this machine computes, right or wrong. */
@Command(
    name = "doctor",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Holds the fast kernels of both engines against plain arithmetic on this machine's CPU, and"
          + " prints what they do, right or wrong, and what the library does about it.",
      "Paste its output into a bug report about wrong or different numbers.",
      "It fails where what is wrong cannot be replaced by something right."
    })
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;

  @Option(names = "--all", description = "Print what is right, too, not just how much.")
  private boolean all;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Processor processor = Processor.current();
    out.printf(
        "r1reward %s, Java %s (%s), %s %s%n",
        new Version().getVersion()[0].replace("r1reward ", ""),
        Runtime.version(),
        System.getProperty("java.vendor"),
        System.getProperty("os.name"),
        System.getProperty("os.arch"));
    out.printf(
        Locale.ROOT,
        "processor: %s, bfloat16 %s; %d threads, %.1f GB of memory, heap of %.1f GB%n",
        processor.instructionSet(),
        processor.bfloat16() ? "yes" : "no",
        Runtime.getRuntime().availableProcessors(),
        processor.memory() / 1e9,
        Runtime.getRuntime().maxMemory() / 1e9);
    boolean torch = report(out, TorchKernels::version, () -> TorchKernels.check(0));
    boolean onnx = report(out, OnnxKernels::version, () -> OnnxKernels.check(0));
    choices(out);
    if (model.namesCheckpoint()) {
      try (RewardModel opened = model.builder().load()) {
        out.println(describe(opened.info()));
      }
    }
    out.flush();
    return torch && onnx ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  /** Prints the outcome of one engine; false if it cannot be trusted. */
  private boolean report(
      PrintWriter out, Supplier<String> version, Supplier<? extends List<KernelCheck>> trying) {
    List<KernelCheck> checks;
    try {
      out.println(version.get());
      checks = trying.get();
    } catch (EngineException e) {
      out.println("  not available: " + e.getMessage());
      return true;
    }
    long took = checks.stream().mapToLong(check -> check.time().toMillis()).sum();
    Map<String, Long> counts =
        checks.stream()
            .collect(Collectors.groupingBy(DoctorCommand::verdict, Collectors.counting()));
    out.printf("  %d checks in %d ms: %s%n", checks.size(), took, new TreeMap<>(counts));
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("", "kernel", "sizes", "largest difference", "allowed", "ms"));
    for (KernelCheck check : checks) {
      if (all || !check.holds()) {
        rows.add(
            List.of(
                verdict(check),
                check.kernel(),
                check.sizes(),
                number(check.largest()),
                number(check.allowed()),
                String.format(Locale.ROOT, "%.1f", check.time().toNanos() / 1e6)));
      }
    }
    if (rows.size() > 1) {
      out.print(TextTable.render(rows, 1));
    }
    checks.stream()
        .filter(check -> !check.holds())
        .map(KernelCheck::consequence)
        .distinct()
        .forEach(consequence -> out.println("  -> " + consequence));
    return checks.stream().allMatch(check -> check.holds() || check.replaceable());
  }

  private static String verdict(KernelCheck check) {
    if (check.holds()) {
      return "right";
    }
    return Double.isNaN(check.largest())
        ? "not on this machine"
        : check.allowed() == 0 ? "depends on the batch" : "WRONG";
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.2g", value);
  }

  private static void choices(PrintWriter out) {
    try {
      for (ModelShape shape : ModelShape.all()) {
        out.printf(
            "a %s judge stored in bfloat16 opens in %s (auto, CPU)%n",
            shape.label(),
            TorchKernels.choice(DType.BF16, ModelTensors.parameters(shape.config())));
      }
    } catch (EngineException e) {
      // said above
    }
  }

  private static String describe(ModelInfo info) {
    return String.format(
        Locale.ROOT,
        "opened: %s on %s, %s, %s, %s, threads %s, %,d weights",
        info.engine(),
        info.device(),
        info.dtype(),
        info.layout(),
        info.instructionSet(),
        info.threads() == 0 ? "chosen by the library" : info.threads(),
        info.parameters());
  }
}
