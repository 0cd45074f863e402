package io.r1reward.train.run;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.primitives.Ints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * SHA-256 digests that are cheap beside running a model: small files count whole, of large ones the
 * size, the beginning and blocks spread over the rest. Stateless and thread-safe.
 */
public final class ContentDigest {
  private static final int WHOLE = 4 << 20;
  private static final int HEAD = 1 << 20;
  private static final int BLOCK = 64 << 10;
  private static final int BLOCKS = 64;
  private static final long MAX_HEADER = 100_000_000;

  private ContentDigest() {}

  /**
   * Returns the digest of a folder, wherever it lies: names and contents of its files, but for
   * hidden ones and {@code *.md}.
   *
   * @param depth levels of folders looked at; 1 for the folder's own files
   */
  public static String ofFolder(Path folder, int depth) throws IOException {
    Hasher hasher = Hashing.sha256().newHasher();
    try (Stream<Path> files = Files.walk(folder, depth, FileVisitOption.FOLLOW_LINKS)) {
      List<Path> sorted =
          files
              .filter(file -> Files.isRegularFile(file) && counts(folder.relativize(file)))
              .sorted()
              .toList();
      for (Path file : sorted) {
        add(hasher, folder.relativize(file).toString().replace('\\', '/'));
        add(hasher, file);
      }
    }
    return hasher.hash().toString();
  }

  /** Returns the digest of a line of text and of the files that it names. */
  public static String ofLine(String text, Iterable<Path> files) throws IOException {
    Hasher hasher = Hashing.sha256().newHasher();
    add(hasher, text);
    for (Path file : files) {
      if (Files.isRegularFile(file)) {
        add(hasher, file);
      } else {
        add(hasher, "missing");
      }
    }
    return hasher.hash().toString();
  }

  private static boolean counts(Path file) {
    for (Path part : file) {
      if (part.toString().startsWith(".")) {
        return false;
      }
    }
    return !file.toString().endsWith(".md");
  }

  private static void add(Hasher hasher, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    hasher.putInt(bytes.length).putBytes(bytes);
  }

  private static void add(Hasher hasher, Path file) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      long size = channel.size();
      hasher.putLong(size);
      if (size <= WHOLE) {
        add(hasher, channel, 0, Ints.checkedCast(size));
        return;
      }
      add(hasher, channel, 0, HEAD);
      if (file.toString().endsWith(".safetensors")) {
        long header = Math.min(Math.min(header(channel), MAX_HEADER), size - 8);
        for (long from = HEAD; from < 8 + header; from += HEAD) {
          add(hasher, channel, from, (int) Math.min(HEAD, 8 + header - from));
        }
      }
      for (int block = 0; block < BLOCKS; block++) {
        // the first starts behind the head, the last ends with the file
        long from = HEAD + (size - HEAD - BLOCK) / (BLOCKS - 1) * block;
        add(hasher, channel, block == BLOCKS - 1 ? size - BLOCK : from, BLOCK);
      }
    }
  }

  /** The length of a safetensors header: the first eight bytes, little endian. */
  private static long header(SeekableByteChannel channel) throws IOException {
    long length = read(channel, 0, 8).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return length < 0 ? 0 : length;
  }

  private static void add(Hasher hasher, SeekableByteChannel channel, long from, int count)
      throws IOException {
    hasher.putBytes(read(channel, from, count));
  }

  private static ByteBuffer read(SeekableByteChannel channel, long from, int count)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    channel.position(from);
    while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
    return bytes.flip();
  }
}
