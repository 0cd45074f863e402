package io.r1reward.train.data;

import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.core.machine.FileNames;
import java.nio.file.Path;

/**
 * Turns a media path of a data file into a picture. Files are not opened here. The ones here are
 * stateless and thread-safe.
 */
@FunctionalInterface
public interface MediaPaths {

  /** Returns where a path of the data file really lies. */
  Path resolve(String path);

  /** Resolves relative paths against a folder and keeps absolute ones. */
  static MediaPaths under(Path root) {
    return path -> FileNames.resolve(root, path);
  }

  /**
   * Replaces the beginning of paths, for data written on another machine; paths that begin
   * otherwise go to {@code this}.
   *
   * @param from beginning to replace, for example {@code /data/images/}
   * @param to folder the rest of the path is resolved against
   */
  default MediaPaths remapping(String from, Path to) {
    return path ->
        path.startsWith(from) ? FileNames.resolve(to, relative(path, from)) : resolve(path);
  }

  private static String relative(String path, String from) {
    String rest = path.substring(from.length());
    return rest.startsWith("/") ? rest.substring(1) : rest;
  }

  /**
   * Returns the picture: {@code data:} and other URIs as such, {@code file:} URIs and everything
   * else as a file.
   *
   * @throws InvalidInputException if the text is no URI or file name
   */
  default Image image(String path) {
    if (path.regionMatches(true, 0, "data:", 0, 5)) {
      return Image.ofDataUri(path);
    }
    if (path.regionMatches(true, 0, "file:", 0, 5)) {
      return Image.of(resolve(FileUris.path(path)));
    }
    return path.contains("://") ? Image.of(FileUris.parse(path)) : Image.of(resolve(path));
  }

  /**
   * Returns the file that a path or {@code file:} URI names.
   *
   * @throws InvalidInputException if the text is another URI, or no file name
   */
  default Path file(String path) {
    if (path.regionMatches(true, 0, "file:", 0, 5)) {
      return resolve(FileUris.path(path));
    }
    if (path.contains("://") || path.regionMatches(true, 0, "data:", 0, 5)) {
      throw new InvalidInputException("a video must be a file on this machine, got " + path);
    }
    return resolve(path);
  }
}
