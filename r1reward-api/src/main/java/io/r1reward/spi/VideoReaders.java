package io.r1reward.spi;

import io.r1reward.EngineException;
import io.r1reward.MediaException;
import io.r1reward.Video;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Finds who reads video files. Thread-safe. */
public final class VideoReaders {

  private VideoReaders() {}

  /**
   * Reads a file with the reader on the class path.
   *
   * @param file on this machine
   * @param fps as of {@link VideoReader#read}
   * @throws MediaException if there is no reader, or it cannot read the file
   * @throws EngineException if the reader on the class path cannot be made
   */
  public static Video read(Path file, OptionalDouble fps) {
    ModelSettings.given(file, "file");
    ModelSettings.given(fps, "fps");
    VideoReader reader = first(ServiceLoader.load(VideoReader.class));
    if (reader == null) {
      reader = first(ServiceLoader.load(VideoReader.class, VideoReaders.class.getClassLoader()));
    }
    if (reader == null) {
      throw new MediaException(
          file
              + " is a video file: add io.r1reward:r1reward-video to the class path to read it, or"
              + " give a list of frames");
    }
    return reader.read(file, fps);
  }

  private static @Nullable VideoReader first(ServiceLoader<VideoReader> readers) {
    try {
      return readers.findFirst().orElse(null);
    } catch (ServiceConfigurationError e) {
      throw new EngineException(
          "a reader of videos on the class path cannot be made: " + e.getMessage(), e);
    }
  }
}
