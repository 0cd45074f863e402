package io.r1reward.examples.gpu;

import com.google.common.collect.ImmutableSortedSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads which libraries an ELF file of 64 bits wants beside it ({@code DT_NEEDED}). */
final class ElfNeeds {
  private static final int HEADER = 64;
  private static final int LARGEST = 1 << 28;
  private static final int LOAD = 1;
  private static final int DYNAMIC = 2;
  private static final int NEEDED = 1;
  private static final int STRINGS = 5;
  private static final int STRINGS_SIZE = 10;

  /** A part of the file, and where it lies in memory. */
  private record Segment(int type, long offset, long address, long size) {}

  private final FileChannel file;
  private final Path path;

  private ElfNeeds(FileChannel file, Path path) {
    this.file = file;
    this.path = path;
  }

  /**
   * Returns the names, in order.
   *
   * @throws IOException if it is no little-endian ELF file of 64 bits, or is cut off
   */
  static ImmutableSortedSet<String> of(Path library) throws IOException {
    try (FileChannel file = FileChannel.open(library)) {
      return new ElfNeeds(file, library).read();
    }
  }

  private ImmutableSortedSet<String> read() throws IOException {
    ByteBuffer header = part("header", 0, HEADER);
    if (header.getInt(0) != 0x464c457f || header.get(4) != 2 || header.get(5) != 1) {
      throw new IOException(path + " is no little-endian ELF file of 64 bits");
    }
    List<Segment> segments =
        segments(header.getLong(32), header.getShort(54) & 0xffff, header.getShort(56) & 0xffff);
    List<Long> needed = new ArrayList<>();
    long strings = 0;
    long size = 0;
    for (Segment segment : segments) {
      if (segment.type != DYNAMIC) {
        continue;
      }
      ByteBuffer entries = part("dynamic section", segment.offset, segment.size);
      while (entries.remaining() >= 16) {
        long tag = entries.getLong();
        long value = entries.getLong();
        if (tag == 0) {
          break; // DT_NULL
        } else if (tag == NEEDED) {
          needed.add(value);
        } else if (tag == STRINGS) {
          strings = value;
        } else if (tag == STRINGS_SIZE) {
          size = value;
        }
      }
    }
    if (needed.isEmpty()) {
      return ImmutableSortedSet.of();
    }
    byte[] names = part("table of names", offset(segments, strings), size).array();
    ImmutableSortedSet.Builder<String> found = ImmutableSortedSet.naturalOrder();
    for (long at : needed) {
      found.add(name(names, at));
    }
    return found.build();
  }

  private List<Segment> segments(long at, int bytes, int count) throws IOException {
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ByteBuffer entry = part("program header", at + (long) i * bytes, 56);
      segments.add(
          new Segment(entry.getInt(0), entry.getLong(8), entry.getLong(16), entry.getLong(32)));
    }
    return segments;
  }

  /** Returns where in the file an address lies. */
  private long offset(List<Segment> segments, long address) throws IOException {
    for (Segment segment : segments) {
      long into = address - segment.address;
      if (segment.type == LOAD && into >= 0 && into < segment.size) {
        return segment.offset + into;
      }
    }
    throw new IOException(path + ": no part of it lies at address " + address);
  }

  private String name(byte[] names, long at) throws IOException {
    int from = (int) Math.max(0, Math.min(at, names.length));
    for (int end = from; end < names.length; end++) {
      if (names[end] == 0) {
        return new String(names, from, end - from, StandardCharsets.UTF_8);
      }
    }
    throw new IOException(path + ": no name ends behind " + at + " of " + names.length + " bytes");
  }

  private ByteBuffer part(String what, long at, long size) throws IOException {
    if (at < 0 || size < 0 || size > LARGEST || at > file.size() - size) {
      throw new IOException(
          path + ": its " + what + " ends at " + at + " + " + size + " of " + file.size());
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
    int count = 1;
    while (count > 0 && bytes.hasRemaining()) {
      count = file.read(bytes, at + bytes.position());
    }
    return bytes.flip();
  }
}
