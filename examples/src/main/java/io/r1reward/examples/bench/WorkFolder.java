package io.r1reward.examples.bench;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.r1reward.core.checkpoint.DType;
import io.r1reward.core.checkpoint.ModelShape;
import io.r1reward.core.checkpoint.ModelTensors;
import io.r1reward.core.checkpoint.RandomCheckpoint;
import io.r1reward.core.checkpoint.TensorInfo;
import io.r1reward.examples.UsageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint of random weights on disk. It is made in a folder of its own that disappears when
 * the program ends, however that comes, and moves to its place in a work folder when it is whole.
 */
final class WorkFolder implements AutoCloseable {
  private static final int ATTEMPTS = 3;
  private static final long TENTHS = 10;

  private final Path making;
  private final Path checkpoint;

  private WorkFolder(Path making, Path checkpoint) {
    this.making = making;
    this.checkpoint = checkpoint;
  }

  /**
   * Makes the checkpoint of a shape, or finds it in the work folder.
   *
   * @param workFolder where it stays, made where it does not exist; null for a temporary folder
   * @param progress hears what is done
   * @throws UsageException if the disk has no room for it
   */
  static WorkFolder of(ModelShape shape, @Nullable Path workFolder, Consumer<String> progress)
      throws IOException {
    String name = "random-" + shape.label();
    if (workFolder == null) {
      WorkFolder folder = below(Files.createTempDirectory("r1reward-bench-"), name);
      folder.make(shape, progress);
      return folder;
    }
    Path place = Files.createDirectories(workFolder).resolve(name);
    WorkFolder folder = below(Files.createTempDirectory(workFolder, ".making-"), name);
    if (Files.isDirectory(place)) {
      progress.accept("using " + place);
    } else {
      folder.make(shape, progress);
      Files.move(folder.checkpoint, place, StandardCopyOption.ATOMIC_MOVE);
    }
    folder.close();
    return new WorkFolder(folder.making, place);
  }

  /** Returns the checkpoint's folder. */
  Path checkpoint() {
    return checkpoint;
  }

  /** Deletes what is temporary. */
  @Override
  public void close() throws IOException {
    delete();
  }

  private static WorkFolder below(Path making, String name) {
    WorkFolder folder = new WorkFolder(making, making.resolve(name));
    Runtime.getRuntime().addShutdownHook(new Thread(folder::deleteAtExit, "bench-clean-up"));
    return folder;
  }

  private void make(ModelShape shape, Consumer<String> progress) throws IOException {
    long bytes = bytes(shape);
    long free = Files.getFileStore(making).getUsableSpace();
    if (free < bytes) {
      close();
      throw new UsageException(
          "a checkpoint of shape "
              + shape.label()
              + " takes "
              + bytes
              + " bytes, but the disk of "
              + making
              + " has "
              + free
              + " left; name another with --work-dir");
    }
    AtomicLong written = new AtomicLong();
    RandomCheckpoint.of(shape.config())
        .progress(
            more -> {
              long after = written.addAndGet(more);
              long tenth = after * TENTHS / bytes;
              if (tenth > (after - more) * TENTHS / bytes) {
                progress.accept(
                    "random weights of shape "
                        + shape.label()
                        + ": "
                        + 100 / TENTHS * tenth
                        + " %");
              }
            })
        .write(checkpoint);
  }

  private static long bytes(ModelShape shape) {
    return ModelTensors.shapes(shape.config()).entrySet().stream()
        .mapToLong(e -> new TensorInfo(e.getKey(), DType.BF16, e.getValue()).bytes())
        .sum();
  }

  private void deleteAtExit() {
    try {
      delete();
    } catch (IOException e) {
      throw new UncheckedIOException(making + " is left", e);
    }
  }

  /** Deletes what is there, again where the writer was quicker. */
  private void delete() throws IOException {
    for (int attempt = 1; Files.exists(making); attempt++) {
      try {
        MoreFiles.deleteRecursively(making, RecursiveDeleteOption.ALLOW_INSECURE);
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
