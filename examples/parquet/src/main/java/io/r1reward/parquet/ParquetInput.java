package io.r1reward.parquet;

import io.r1reward.InvalidInputException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** A file of any file system, which remembers whether the disk failed. Not thread-safe. */
final class ParquetInput implements InputFile {
  private static final int ENDS = ParquetFormat.MAGIC.length();

  private final Path file;
  private boolean failed;

  private ParquetInput(Path file) {
    this.file = file;
  }

  /** Looks at both ends of a file. */
  static ParquetInput of(Path file) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      long size = channel.size();
      if (!ParquetFormat.isMagic(read(channel, 0))) {
        throw new InvalidInputException(
            "%s is no Parquet file: its %d bytes do not begin with %s"
                .formatted(file, size, ParquetFormat.MAGIC));
      }
      if (!ParquetFormat.isMagic(read(channel, Math.max(ENDS, size - ENDS)))) {
        throw new InvalidInputException(
            "%s is cut off: its %d bytes do not end with %s"
                .formatted(file, size, ParquetFormat.MAGIC));
      }
    }
    return new ParquetInput(file);
  }

  private static byte[] read(SeekableByteChannel channel, long from) throws IOException {
    return Channels.newInputStream(channel.position(from)).readNBytes(ENDS);
  }

  /** Tells whether an exception comes from reading the file rather than from what stands in it. */
  boolean failed() {
    return failed;
  }

  @Override
  public long getLength() throws IOException {
    return Files.size(file);
  }

  @Override
  public SeekableInputStream newStream() throws IOException {
    SeekableByteChannel channel = Files.newByteChannel(file);
    return new DelegatingSeekableInputStream(new Watched(Channels.newInputStream(channel))) {
      @Override
      public long getPos() throws IOException {
        return channel.position();
      }

      @Override
      public void seek(long position) throws IOException {
        channel.position(position);
      }
    };
  }

  @Override
  public String toString() {
    return "the file";
  }

  private final class Watched extends FilterInputStream {
    Watched(InputStream input) {
      super(input);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      try {
        return super.read(into, from, length);
      } catch (IOException e) {
        failed = true;
        throw e;
      }
    }
  }
}
