package io.r1reward.examples.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** This process's memory as Linux counts it; elsewhere nothing is known. */
final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");
  private static final String FORGET_PEAK = "5";
  private static final long KIB = 1024;

  private ProcessMemory() {}

  /** Returns the bytes now in memory, mapped files included. */
  static OptionalLong resident() throws IOException {
    return read("VmRSS");
  }

  /** Returns the most bytes that were in memory at a time. */
  static OptionalLong peak() throws IOException {
    return read("VmHWM");
  }

  /** Forgets what the peak was; where that is not possible, it stays the process's. */
  static void forgetPeak() throws IOException {
    if (Files.isWritable(CLEAR)) {
      Files.writeString(CLEAR, FORGET_PEAK);
    }
  }

  private static OptionalLong read(String key) throws IOException {
    return Files.isReadable(STATUS) ? parse(Files.readString(STATUS), key) : OptionalLong.empty();
  }

  /** Finds a line such as {@code VmHWM: 1234 kB}, and returns its bytes. */
  static OptionalLong parse(String status, String key) {
    Matcher line =
        Pattern.compile("^" + key + ":\\s*(\\d+) kB$", Pattern.MULTILINE).matcher(status);
    return line.find()
        ? OptionalLong.of(Long.parseLong(line.group(1)) * KIB)
        : OptionalLong.empty();
  }
}
