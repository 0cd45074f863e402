package io.r1reward.core.checkpoint;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder that is written beside its place and moved there when it is whole, so that nobody ever
 * sees half of it. What a killed process left is deleted by the next one that writes to the same
 * place; there must be one writer at a time. Not thread-safe.
 *
 * <pre>{@code
 * try (AtomicFolder making = AtomicFolder.beside(target)) {
 *   Files.writeString(making.folder().resolve("a.txt"), "...");
 *   making.publish();
 * }
 * }</pre>
 */
public final class AtomicFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AtomicFolder.class);

  private final Path target;
  private final Path making;

  private AtomicFolder(Path target, Path making) {
    this.target = target;
    this.making = making;
  }

  /** Makes an empty folder beside a place, {@code .NAME.partial}, with the folders above it. */
  public static AtomicFolder beside(Path target) throws IOException {
    return beside(target, "." + target.getFileName() + ".partial");
  }

  /** As the other, with a name of its own. */
  public static AtomicFolder beside(Path target, String name) throws IOException {
    Path whole = target.toAbsolutePath();
    Path making = whole.resolveSibling(name);
    delete(making);
    Files.createDirectories(making);
    return new AtomicFolder(whole, making);
  }

  /** Returns the folder to write into. */
  public Path folder() {
    return making;
  }

  /** Forces what was written to the disk, as a checkpoint that shall outlive a power cut. */
  public void force() throws IOException {
    try (Stream<Path> tree = Files.walk(making)) {
      for (Path path : tree.filter(Files::isRegularFile).toList()) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
      }
    }
    forceEntries(making);
  }

  /**
   * Moves the folder to its place.
   *
   * @throws IOException if something other than an empty folder is there
   */
  public void publish() throws IOException {
    if (Files.isDirectory(target)) {
      Files.delete(target); // fails unless it is empty
    }
    Files.move(making, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Moves the folder to its place, and what was there away. */
  public void replace() throws IOException {
    Path old = target.resolveSibling("." + target.getFileName() + ".old");
    delete(old);
    if (Files.exists(target)) {
      Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(making, target, StandardCopyOption.ATOMIC_MOVE);
    delete(old);
  }

  /** Deletes the folder unless it was moved. */
  @Override
  public void close() {
    try {
      delete(making);
    } catch (IOException e) {
      // the failure before this is what the caller has to know
      LOG.warn("{} is left behind: {}", making, e.toString());
    }
  }

  /** Forces the entries of a folder; Windows has no such thing and refuses to open one. */
  public static void forceEntries(Path folder) throws IOException {
    if (!System.getProperty("os.name", "").startsWith("Windows")) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** Deletes a folder and all in it, if it is there. */
  public static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }
}
