package io.r1reward.core.machine;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processor that this process computes on, as far as numbers depend on it. Immutable.
 *
 * @param instructionSet the widest one there is, by oneDNN's name on x86 ({@code AVX2}, {@code
 *     AVX512_CORE}, {@code AVX512_CORE_BF16}, {@code AVX512_CORE_AMX}), {@code NEON}, {@code
 *     NEON_BF16} or {@code SVE} on ARM under Linux, else the architecture; behind it, where the
 *     environment says so, to what a native library was limited
 * @param bfloat16 whether it multiplies bfloat16 numbers by instructions of their own
 * @param memory bytes that this process may use: the machine's, or the container's
 */
public record Processor(String instructionSet, boolean bfloat16, long memory) {
  /** Limits oneDNN's instruction set; read once by the native library. */
  public static final String ONEDNN_LIMIT = "ONEDNN_MAX_CPU_ISA";

  /** Limits that of PyTorch's own kernels; read once by the native library. */
  public static final String ATEN_LIMIT = "ATEN_CPU_CAPABILITY";

  private static final Logger log = LoggerFactory.getLogger(Processor.class);
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** Limits that leave oneDNN its bfloat16 instructions. */
  private static final ImmutableSet<String> BFLOAT16_LIMITS =
      ImmutableSet.of(
          "AVX512_CORE_BF16", "AVX512_CORE_FP16", "AVX512_CORE_AMX", "AVX512_CORE_AMX_FP16");

  /** Flags of the kernel to names, the widest first; every flag of a line must be there. */
  private static final ImmutableMap<String, List<String>> X86 =
      ImmutableMap.of(
          "AVX512_CORE_AMX", List.of("amx_bf16", "avx512_bf16"),
          "AVX512_CORE_BF16", List.of("avx512_bf16"),
          "AVX512_CORE", List.of("avx512f", "avx512bw", "avx512vl", "avx512dq"),
          "AVX2", List.of("avx2", "fma"),
          "SSE41", List.of("sse4_1"));

  private static final ImmutableMap<String, List<String>> ARM =
      ImmutableMap.of(
          "SVE", List.of("sve"),
          "NEON_BF16", List.of("asimd", "bf16"),
          "NEON", List.of("asimd"));

  /** Looks once: neither the processor nor its limits change while the process lives. */
  private static final class Current {
    static final Processor PROCESSOR =
        of(flags(), System.getProperty("os.arch", ""), System.getenv(), machineMemory());
  }

  /** Returns the processor of this process. */
  public static Processor current() {
    return Current.PROCESSOR;
  }

  /**
   * Describes a processor.
   *
   * @param flags what the operating system says of it; empty where it says nothing
   * @param architecture Java's {@code os.arch}
   * @param environment variables of the process
   * @param memory as of the record
   */
  static Processor of(
      ImmutableSet<String> flags,
      String architecture,
      Map<String, String> environment,
      long memory) {
    ImmutableMap<String, List<String>> names = flags.contains("asimd") ? ARM : X86;
    String name =
        names.entrySet().stream()
            .filter(entry -> flags.containsAll(entry.getValue()))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse(architecture.isEmpty() ? "unknown" : architecture);
    boolean bfloat16 = flags.contains("avx512_bf16") || flags.contains("bf16");
    StringBuilder described = new StringBuilder(name);
    String onednn = environment.getOrDefault(ONEDNN_LIMIT, "").toUpperCase(Locale.ROOT);
    if (!onednn.isEmpty() && !onednn.equals("DEFAULT") && !onednn.equals("ALL")) {
      described.append(", oneDNN limited to ").append(onednn);
      bfloat16 &= BFLOAT16_LIMITS.contains(onednn) || onednn.startsWith("AVX10");
    }
    String aten = environment.getOrDefault(ATEN_LIMIT, "");
    if (!aten.isEmpty()) {
      described.append(", PyTorch limited to ").append(aten);
    }
    return new Processor(described.toString(), bfloat16, memory);
  }

  /** Says whether it is one of a family that oneDNN knows, such as {@code AVX512_CORE}. */
  public boolean has(String family) {
    return instructionSet.startsWith(family);
  }

  private static ImmutableSet<String> flags() {
    if (!Files.isReadable(CPU_INFO)) {
      return ImmutableSet.of(); // not Linux: there is no cheap way to know
    }
    try {
      return flags(Files.readAllLines(CPU_INFO));
    } catch (IOException e) {
      log.debug("{} cannot be read, the processor is taken for a plain one", CPU_INFO, e);
      return ImmutableSet.of();
    }
  }

  /** The flags of the first processor of {@code /proc/cpuinfo}. */
  static ImmutableSet<String> flags(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
        .findFirst()
        .map(line -> line.substring(line.indexOf(':') + 1))
        .map(text -> ImmutableSet.copyOf(Splitter.on(' ').omitEmptyStrings().split(text.trim())))
        .orElse(ImmutableSet.of());
  }

  private static long machineMemory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : 0;
  }
}
