package io.r1reward.spi;

import io.r1reward.Video;
import java.nio.file.Path;
import java.util.OptionalDouble;

/**
 * Takes frames out of video files. Found through {@link java.util.ServiceLoader}; implementations
 * are public, thread-safe, have a public constructor without arguments and do no work before {@link
 * #read}.
 */
public interface VideoReader {

  /**
   * Reads a file.
   *
   * @param file on this machine
   * @param fps wanted frames per second; where it is empty, what the judges were trained with
   * @return its sampled frames, and their rate
   * @throws io.r1reward.MediaException if it cannot be read, or is larger than a limit
   */
  Video read(Path file, OptionalDouble fps);
}
