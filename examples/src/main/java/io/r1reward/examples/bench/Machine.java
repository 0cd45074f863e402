package io.r1reward.examples.bench;

import com.sun.management.OperatingSystemMXBean;
import io.r1reward.core.torch.jni.Torch;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What computes.
 *
 * @param cpu the processor's name, or its architecture where the name is not to be had
 * @param cores processors that this process may use
 * @param memory bytes
 * @param system name and version of the operating system
 * @param java version and vendor
 * @param libtorch version
 * @param device {@code cpu}, or {@code cuda:N} with the GPU's name where the driver tells it
 */
record Machine(
    String cpu,
    int cores,
    long memory,
    String system,
    String java,
    String libtorch,
    String device) {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final Path GPUS = Path.of("/proc/driver/nvidia/gpus");

  /** Looks at this machine. */
  static Machine here(String device) throws IOException {
    return new Machine(
        Files.isReadable(CPUINFO)
            ? value(Files.readString(CPUINFO), "model name", property("os.arch"))
            : property("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize(),
        property("os.name") + " " + property("os.version"),
        property("java.version") + " (" + property("java.vendor") + ")",
        Torch.engine().getVersion(),
        device.startsWith("cuda") ? (device + " " + gpu()).strip() : device);
  }

  /** Reports it. */
  void report(Report report) {
    report
        .section("machine")
        .put("cpu", cpu)
        .put("cores", cores)
        .put("memory_gib", memory / (double) (1L << 30))
        .put("system", system)
        .put("java", java)
        .put("libtorch", libtorch)
        .put("device", device);
  }

  /** Returns the value of a line {@code key : value}. */
  static String value(String text, String key, String otherwise) {
    Matcher line =
        Pattern.compile("^" + Pattern.quote(key) + "\\s*:\\s*(.+?)\\s*$", Pattern.MULTILINE)
            .matcher(text);
    return line.find() ? line.group(1) : otherwise;
  }

  private static String gpu() throws IOException {
    if (!Files.isDirectory(GPUS)) {
      return "";
    }
    try (Stream<Path> gpus = Files.list(GPUS)) {
      Path information = gpus.sorted().findFirst().orElse(GPUS).resolve("information");
      return Files.isReadable(information) ? value(Files.readString(information), "Model", "") : "";
    }
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }
}
