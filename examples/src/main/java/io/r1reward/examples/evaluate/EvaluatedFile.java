package io.r1reward.examples.evaluate;

import io.r1reward.InvalidInputException;
import io.r1reward.examples.UsageException;
import io.r1reward.train.benchmark.EvaluatedPair;
import io.r1reward.train.benchmark.EvaluatedPairJson;
import io.r1reward.train.data.LineReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/** A file of evaluated pairs, a line each, that grows by whole lines. Not thread-safe. */
final class EvaluatedFile implements Closeable {
  private static final int MAX_LINE_BYTES = Integer.MAX_VALUE - 64;

  private final FileChannel file;

  private EvaluatedFile(FileChannel file) {
    this.file = file;
  }

  /**
   * Reads the whole lines of a file.
   *
   * @return where the last of them ends
   * @throws UsageException if one is no evaluated pair
   */
  static long read(Path path, Consumer<EvaluatedPair> sink) throws IOException {
    long end = 0;
    try (LineReader lines = new LineReader(Files.newInputStream(path), MAX_LINE_BYTES)) {
      LineReader.Line line;
      while ((line = lines.next()) != null && line.terminated()) {
        try {
          sink.accept(EvaluatedPairJson.read(line.text()));
        } catch (InvalidInputException e) {
          throw new UsageException(path + " line " + line.number() + " " + e.getMessage());
        }
        end = line.end();
      }
    }
    return end;
  }

  /** Opens or creates a file to append to, and cuts off what stands behind its whole lines. */
  static EvaluatedFile open(Path path, long end) throws IOException {
    FileChannel file =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE).truncate(end);
    file.position(end);
    return new EvaluatedFile(file);
  }

  /** Appends a pair; it is with the operating system when this returns. */
  void append(EvaluatedPair pair) throws IOException {
    ByteBuffer line =
        ByteBuffer.wrap((EvaluatedPairJson.write(pair) + "\n").getBytes(StandardCharsets.UTF_8));
    while (line.hasRemaining()) {
      file.write(line);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
