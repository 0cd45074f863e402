package io.r1reward.core.hub;

import com.google.common.util.concurrent.Striped;
import io.r1reward.CheckpointException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One repository in the cache, as {@code huggingface_hub} lays it out: {@code blobs/HASH}, {@code
 * snapshots/SHA/FILE} with links to the blobs, {@code refs/REVISION} with the commit.
 *
 * @param root of the cache
 * @param what the repository
 * @param pauses how to wait for another process
 * @param links how a link is made
 */
record HubCache(Path root, HubName what, Pauses pauses, Links links) {
  private static final Logger LOG = LoggerFactory.getLogger(HubCache.class);
  private static final Duration LOCK_PAUSE = Duration.ofMillis(200);

  // a lock of the file system holds for the whole JVM, and closing a second channel ends it: so
  // the threads of this JVM have locks of their own before
  private static final Striped<Lock> THREADS = Striped.lazyWeakLock(1 << 16);

  /** Makes a symbolic link. */
  @FunctionalInterface
  interface Links {
    void link(Path at, Path target) throws IOException;
  }

  /** What is done while a blob is locked. */
  @FunctionalInterface
  interface Locked {
    void run() throws IOException, InterruptedException;
  }

  Path snapshot(String sha) {
    return root.resolve(what.folder()).resolve("snapshots").resolve(sha);
  }

  Path blob(HubFile file) {
    return root.resolve(what.folder()).resolve("blobs").resolve(file.hash());
  }

  /** The part that is there; the name is not the one of Python's parts, which it may be writing. */
  Path part(HubFile file) {
    return blob(file).resolveSibling(file.hash() + ".r1reward.incomplete");
  }

  /** Says whether a snapshot has a file, whole. */
  boolean has(String sha, HubFile file) throws IOException {
    return isWhole(entry(sha, file), file);
  }

  /** Says whether a blob is there, whole. */
  boolean hasBlob(HubFile file) throws IOException {
    return isWhole(blob(file), file);
  }

  private static boolean isWhole(Path path, HubFile file) throws IOException {
    return Files.isRegularFile(path) && Files.size(path) == file.bytes();
  }

  private Path entry(String sha, HubFile file) {
    Path folder = snapshot(sha);
    Path entry = folder.resolve(file.name()).normalize();
    if (!entry.startsWith(folder)) {
      throw new CheckpointException(
          "the hub names a file '" + file.name() + "', which leads out of " + folder);
    }
    return entry;
  }

  /** Puts a blob into a snapshot: a link, or where there are none, the file itself. */
  void place(String sha, HubFile file) throws IOException {
    Path entry = entry(sha, file);
    Path folder = entry.getParent();
    if (folder == null) {
      throw new IOException(entry + " is in no folder");
    }
    Files.createDirectories(folder);
    if (Files.exists(entry, LinkOption.NOFOLLOW_LINKS)) {
      if (isWhole(entry, file)) {
        return;
      }
      Files.delete(entry); // its blob was deleted
    }
    try {
      links.link(entry, folder.relativize(blob(file)));
    } catch (FileAlreadyExistsException e) {
      LOG.debug("{} was linked by another process", entry);
    } catch (IOException | UnsupportedOperationException e) {
      LOG.debug("no link at {}, the file is put there: {}", entry, e.toString());
      Files.move(blob(file), entry, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Returns the commit that a revision was when it was fetched last. */
  Optional<String> commit() throws IOException {
    if (what.isCommit()) {
      return Optional.of(what.revision());
    }
    Path ref = ref();
    if (!Files.isRegularFile(ref)) {
      return Optional.empty();
    }
    return Optional.of(Files.readString(ref).strip()).filter(HubName::isCommit);
  }

  /** Remembers the commit of the revision. */
  void remember(String sha) throws IOException {
    if (what.isCommit()) {
      return;
    }
    Path ref = ref();
    Path folder = ref.getParent();
    if (folder == null) {
      throw new IOException(ref + " is in no folder");
    }
    Files.createDirectories(folder);
    Path written = Files.createTempFile(folder, ".ref", null);
    try {
      Files.writeString(written, sha);
      Files.move(written, ref, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(written);
    }
  }

  private Path ref() {
    return root.resolve(what.folder()).resolve("refs").resolve(what.revision());
  }

  /** The file that keeps other processes from a blob. */
  Path lock(HubFile file) {
    return root.resolve(".locks").resolve(what.folder()).resolve(file.hash() + ".lock");
  }

  /** Does something while no other thread or process that asks for the same lock does it. */
  void locked(HubFile file, Locked action) throws IOException, InterruptedException {
    Path path = lock(file).toAbsolutePath().normalize();
    Files.createDirectories(root.resolve(".locks").resolve(what.folder()));
    Lock thread = THREADS.get(path);
    thread.lockInterruptibly();
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      FileLock process = waitFor(channel, file);
      try {
        action.run();
      } finally {
        process.release();
      }
    } finally {
      thread.unlock();
    }
  }

  private FileLock waitFor(FileChannel channel, HubFile file)
      throws IOException, InterruptedException {
    for (boolean told = false; ; told = true) {
      FileLock lock = tryLock(channel);
      if (lock != null) {
        return lock;
      }
      if (!told) {
        LOG.info("{} of {} is being fetched by another process, waiting", file.name(), what);
      }
      pauses.pause(LOCK_PAUSE);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // another class loader of this JVM has it
    }
  }
}
