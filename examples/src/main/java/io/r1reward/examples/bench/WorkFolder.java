package io.r1reward.examples.bench;

import io.r1reward.core.checkpoint.RandomCheckpoint;
import io.r1reward.core.model.ModelShape;
import io.r1reward.core.model.ModelTensors;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.safetensors.TensorInfo;
import io.r1reward.examples.UsageException;
import java.io.IOException;
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
  private static final long TENTHS = 10;

  private final Scratch making;
  private final Path checkpoint;

  private WorkFolder(Scratch making, Path checkpoint) {
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
      WorkFolder folder = below(Scratch.in(null), name);
      folder.make(shape, progress);
      return folder;
    }
    Path place = Files.createDirectories(workFolder).resolve(name);
    WorkFolder folder = below(Scratch.in(workFolder), name);
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
    making.close();
  }

  private static WorkFolder below(Scratch making, String name) {
    return new WorkFolder(making, making.folder().resolve(name));
  }

  private void make(ModelShape shape, Consumer<String> progress) throws IOException {
    long bytes = bytes(shape);
    long free = Files.getFileStore(making.folder()).getUsableSpace();
    if (free < bytes) {
      close();
      throw new UsageException(
          "a checkpoint of shape "
              + shape.label()
              + " takes "
              + bytes
              + " bytes, but the disk of "
              + making.folder()
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
}
