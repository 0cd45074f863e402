package io.r1reward.onnx.export;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of weights under construction, written from front to back. Every tensor begins on a page
 * of its own, so that ONNX Runtime can map it. Not thread-safe.
 */
final class DataFile implements AutoCloseable {
  private static final int PAGE = 4096;

  private final Path path;
  private final FileChannel channel;
  private final Hasher hasher = Hashing.sha256().newHasher();
  private long size;

  DataFile(Path path) throws IOException {
    this.path = path;
    this.channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  Path path() {
    return path;
  }

  long size() {
    return size;
  }

  /** Fills up the page, and returns where the next tensor begins. */
  long align() throws IOException {
    int padding = (int) (-size & (PAGE - 1));
    append(ByteBuffer.allocate(padding));
    return size;
  }

  /** Writes what remains in a buffer. */
  void append(ByteBuffer bytes) throws IOException {
    hasher.putBytes(bytes.duplicate());
    size += bytes.remaining();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Writes everything through to the disk and returns the SHA-256 of the file; ends writing. */
  String finish() throws IOException {
    channel.force(true);
    channel.close();
    return hasher.hash().toString();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
