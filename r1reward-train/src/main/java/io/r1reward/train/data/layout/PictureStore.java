package io.r1reward.train.data.layout;

import com.google.common.hash.Hashing;
import io.r1reward.core.machine.FileNames;
import io.r1reward.core.media.ImageFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * Writes pictures that stand in records into a folder, each once: a file's name is the SHA-256 of
 * its bytes, its extension tells the format, whatever the record calls it. A file is there whole or
 * not at all. Immutable; thread-safe, between processes too.
 *
 * @param root what the paths in lines of pairs are relative to
 * @param folder where pictures are written, relative to {@code root}, for example {@code pictures}
 */
public record PictureStore(Path root, String folder) {

  /**
   * Writes a picture if it is not there yet.
   *
   * @return its path, relative to the root, with slashes
   * @throws DroppedRecordException if its first bytes are of no known format
   * @throws IOException if it cannot be written
   */
  public String put(byte[] picture) throws IOException {
    String name = Hashing.sha256().hashBytes(picture) + "." + format(picture).extension();
    Path into = FileNames.resolve(root, folder);
    Path file = into.resolve(name);
    if (!Files.exists(file)) {
      Files.createDirectories(into);
      write(picture, file);
    }
    return folder.isEmpty() ? name : folder + "/" + name;
  }

  private static ImageFormat format(byte[] picture) {
    try {
      return ImageFormat.of(picture);
    } catch (IOException e) {
      throw new DroppedRecordException(
          DropReason.BROKEN_PICTURE,
          "the picture of %d bytes %s".formatted(picture.length, e.getMessage()));
    }
  }

  private static void write(byte[] picture, Path file) throws IOException {
    Path partial = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    try {
      Files.write(partial, picture);
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
  }
}
