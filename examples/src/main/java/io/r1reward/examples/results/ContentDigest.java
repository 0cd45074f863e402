package io.r1reward.examples.results;

import io.r1reward.examples.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * SHA-256 digests that are cheap beside running a model: small files count whole, of large ones the
 * size, the beginning and blocks spread over the rest.
 */
public final class ContentDigest {
  /** What {@link #ofCheckpoint} looks at, for a reader of the digest. */
  public static final String CHECKPOINT_COVERS =
      "names and sizes of all files but hidden ones and *.md; whole bytes of those up to 4 MiB; of larger"
          + " ones the first 1 MiB, a safetensors header and 64 blocks of 64 KiB spread to the end";

  private static final int DEPTH = 8;

  private ContentDigest() {}

  /**
   * Returns the digest of a checkpoint or export, wherever it lies.
   *
   * @throws UsageException if it is no folder
   */
  public static String ofCheckpoint(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new UsageException("--checkpoint " + folder + " is not a folder");
    }
    return io.r1reward.train.run.ContentDigest.ofFolder(folder, DEPTH);
  }
}
