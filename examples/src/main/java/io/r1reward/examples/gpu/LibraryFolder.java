package io.r1reward.examples.gpu;

import com.google.common.hash.Hashing;
import com.google.common.hash.HashingInputStream;
import io.r1reward.examples.UsageException;
import io.r1reward.examples.results.Progress;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A folder of unpacked libraries. A library has its name only when it is whole, and its hash then
 * stands in {@link #SUMS}, as {@code sha256sum} writes it; what was stopped goes on behind the last
 * whole one. Not thread-safe.
 */
final class LibraryFolder {
  static final String SUMS = "SHA256SUMS";

  private static final String PARTIAL = ".partial";
  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) [ *](\\S+)");

  /** How much room there is, for tests to say. */
  @FunctionalInterface
  interface Room {
    long of(Path folder) throws IOException;
  }

  /** What a file or an entry holds. */
  private record Content(long size, long crc, String sha256) {
    boolean is(ZipEntry entry) {
      return size == entry.getSize() && crc == entry.getCrc();
    }
  }

  private final Path folder;
  private final Room room;
  private final Map<String, String> sums = new TreeMap<>();

  LibraryFolder(Path folder) {
    this(folder, path -> Files.getFileStore(path).getUsableSpace());
  }

  LibraryFolder(Path folder, Room room) {
    this.folder = folder;
    this.room = room;
  }

  /**
   * Unpacks what is not there, or not as the jar has it.
   *
   * @return how many libraries were unpacked
   * @throws UsageException if there is no room, before anything is written
   * @throws IOException if one comes out of the jar, or off the disk, other than it should
   */
  int unpack(LibraryJar jar) throws IOException {
    Files.createDirectories(folder);
    readSums();
    Map<String, ZipEntry> missing = new TreeMap<>();
    long bytes = 0;
    for (Map.Entry<String, ZipEntry> library : jar.libraries().entrySet()) {
      Files.deleteIfExists(partial(library.getKey()));
      if (!holds(library.getKey(), library.getValue())) {
        missing.put(library.getKey(), library.getValue());
        bytes += library.getValue().getSize();
      }
    }
    long free = room.of(folder);
    if (free < bytes) {
      throw new UsageException(
          String.format(
              "%s needs %,d bytes for %d libraries, its disk has %,d left",
              folder, bytes, missing.size(), free));
    }
    try (Progress progress = Progress.of("unpack", "MB", 0, megabytes(bytes))) {
      long done = 0;
      for (Map.Entry<String, ZipEntry> library : missing.entrySet()) {
        unpack(jar, library.getKey(), library.getValue(), done, progress);
        done += library.getValue().getSize();
      }
    }
    return missing.size();
  }

  private boolean holds(String name, ZipEntry entry) throws IOException {
    Path file = folder.resolve(name);
    if (!sums.containsKey(name)
        || !Files.isRegularFile(file)
        || Files.size(file) != entry.getSize()) {
      return false;
    }
    Content content;
    try (InputStream in = Files.newInputStream(file)) {
      content = copy(in, null, read -> {});
    }
    return content.is(entry) && content.sha256.equals(sums.get(name));
  }

  private void unpack(LibraryJar jar, String name, ZipEntry entry, long before, Progress progress)
      throws IOException {
    Path partial = partial(name);
    Content packed;
    try (InputStream in = jar.read(entry);
        OutputStream out = Files.newOutputStream(partial)) {
      packed = copy(in, out, read -> progress.stepTo(megabytes(before + read)));
    } catch (EOFException | ZipException e) {
      throw new IOException(name + " is damaged: the jar cannot be unpacked: " + e.getMessage(), e);
    }
    Content written;
    try (InputStream in = Files.newInputStream(partial)) {
      written = copy(in, null, read -> {});
    }
    if (!packed.is(entry) || !written.equals(packed)) {
      Files.delete(partial);
      throw new IOException(
          String.format(
              "%s is damaged: the jar's list says %d bytes, CRC-32 %08x; it gave %d, %08x, and %s has"
                  + " %d, %08x",
              name,
              entry.getSize(),
              entry.getCrc(),
              packed.size,
              packed.crc,
              folder,
              written.size,
              written.crc));
    }
    Files.move(
        partial,
        folder.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    sums.put(name, packed.sha256);
    writeSums();
  }

  /** Hears how many bytes of a library are done. */
  @FunctionalInterface
  private interface Reader {
    void at(long bytes);
  }

  private static Content copy(InputStream from, @Nullable OutputStream to, Reader reader)
      throws IOException {
    CheckedInputStream checked = new CheckedInputStream(from, new CRC32());
    HashingInputStream in = new HashingInputStream(Hashing.sha256(), checked);
    byte[] buffer = new byte[1 << 16];
    long size = 0;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      if (to != null) {
        to.write(buffer, 0, count);
      }
      size += count;
      reader.at(size);
    }
    return new Content(size, checked.getChecksum().getValue(), in.hash().toString());
  }

  private void readSums() throws IOException {
    Path file = folder.resolve(SUMS);
    if (Files.isRegularFile(file)) {
      for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) {
          sums.put(matcher.group(2), matcher.group(1));
        }
      }
    }
  }

  private void writeSums() throws IOException {
    List<String> lines = new ArrayList<>();
    sums.forEach((name, hash) -> lines.add(hash + "  " + name));
    Path partial = Files.write(partial(SUMS), lines);
    Files.move(
        partial,
        folder.resolve(SUMS),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private Path partial(String name) {
    return folder.resolve(name + PARTIAL);
  }

  private static long megabytes(long bytes) {
    return bytes / 1_000_000;
  }
}
