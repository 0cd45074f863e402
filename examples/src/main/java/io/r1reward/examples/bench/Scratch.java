package io.r1reward.examples.bench;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A folder that disappears when it is closed or the program ends, however that comes. */
final class Scratch implements AutoCloseable {
  private static final int ATTEMPTS = 3;

  private final Path folder;

  private Scratch(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes a folder.
   *
   * @param parent made where it does not exist; null for where temporary files are
   */
  static Scratch in(@Nullable Path parent) throws IOException {
    Path folder =
        parent == null
            ? Files.createTempDirectory("r1reward-bench-")
            : Files.createTempDirectory(Files.createDirectories(parent), ".making-");
    Scratch scratch = new Scratch(folder);
    Runtime.getRuntime().addShutdownHook(new Thread(scratch::deleteAtExit, "bench-clean-up"));
    return scratch;
  }

  /** Returns the folder. */
  Path folder() {
    return folder;
  }

  private void deleteAtExit() {
    try {
      close();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " is left", e);
    }
  }

  /** Deletes what is there, again where a writer was quicker. */
  @Override
  public void close() throws IOException {
    for (int attempt = 1; Files.exists(folder); attempt++) {
      try {
        MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
