package io.r1reward.examples.results;

import io.r1reward.examples.UsageException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps other runs from an output while a run writes it. The lock is on an empty file beside it:
 * one on the output itself ends, on POSIX, as soon as anything in this process has read the output
 * and closed it. The empty file stays, since a run may be about to lock it. Not thread-safe.
 */
public final class OutputLock implements Closeable {
  private final FileChannel channel;

  private OutputLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Returns where the lock of an output stands. */
  public static Path beside(Path output) {
    return output.resolveSibling(output.getFileName() + ".lock");
  }

  /**
   * Takes the lock.
   *
   * @throws UsageException if another run has it, or no file can be made there
   */
  public static OutputLock take(Path output) throws IOException {
    return take(output, "--output");
  }

  /**
   * Takes the lock.
   *
   * @param option what the output is called where it is told
   * @throws UsageException if another run has it, or no file can be made there
   */
  public static OutputLock take(Path output, String option) throws IOException {
    FileChannel channel;
    try {
      channel =
          FileChannel.open(beside(output), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UsageException(option + " cannot be written: " + e);
    }
    try {
      if (channel.tryLock() != null) {
        return new OutputLock(channel);
      }
    } catch (OverlappingFileLockException e) {
      // told below, like a lock of another process
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new UsageException(option + " is being written by another run: " + output);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
