package io.r1reward.core.torch;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.ObjectName;

/**
 * The native memory of this process: what Linux counts as resident, less the Java heap, whose size
 * the collector changes by more than a test could allow for.
 */
final class ResidentMemory {
  private static final long CLEANERS_MILLIS = 50;
  private static final Path MAPPINGS = Path.of("/proc/self/smaps");
  private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) .*");
  private static final Pattern RESIDENT = Pattern.compile("Rss:\\s*(\\d+) kB");

  /** A generation, or all of the heap: first address, sometimes the end of what is in use, end. */
  private static final Pattern HEAP =
      Pattern.compile("\\[0x([0-9a-f]+), (?:0x[0-9a-f]+, )?0x([0-9a-f]+)\\)");

  private ResidentMemory() {}

  private record Range(long first, long end) {
    static Range of(Matcher found) {
      return new Range(
          Long.parseUnsignedLong(found.group(1), 16), Long.parseUnsignedLong(found.group(2), 16));
    }

    boolean overlaps(Range other) {
      return first < other.end && other.first < end;
    }
  }

  /**
   * Returns the resident KiB; 0 where the system does not tell. Direct buffers that are garbage are
   * given back first, which the collector leaves to another thread.
   */
  static long outsideTheHeapKib() throws Exception {
    System.gc();
    Thread.sleep(CLEANERS_MILLIS);
    if (!Files.isReadable(MAPPINGS)) {
      return 0;
    }
    List<Range> heap = heap();
    long sum = 0;
    boolean counts = false;
    for (String line : Files.readAllLines(MAPPINGS)) {
      Matcher mapping = MAPPING.matcher(line);
      Matcher resident = RESIDENT.matcher(line);
      if (mapping.matches()) {
        Range range = Range.of(mapping);
        counts = heap.stream().noneMatch(range::overlaps);
      } else if (counts && resident.matches()) {
        sum += Long.parseLong(resident.group(1));
      }
    }
    return sum;
  }

  private static List<Range> heap() throws Exception {
    Object text =
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "gcHeapInfo",
                new Object[0],
                new String[0]);
    List<Range> ranges = new ArrayList<>();
    Matcher found = HEAP.matcher(String.valueOf(text));
    while (found.find()) {
      ranges.add(Range.of(found));
    }
    return ranges;
  }
}
