package io.r1reward.video;

import io.r1reward.Video;
import io.r1reward.spi.VideoReader;
import java.nio.file.Path;
import java.util.OptionalDouble;

/** {@link VideoFile} behind the name that lines of JSON find. Stateless, thread-safe. */
public final class FfmpegVideoReader implements VideoReader {

  /** For {@link java.util.ServiceLoader}. */
  public FfmpegVideoReader() {}

  @Override
  public Video read(Path file, OptionalDouble fps) {
    return VideoFile.read(
        file, fps.isPresent() ? VideoSampling.ofFps(fps.getAsDouble()) : VideoSampling.DEFAULT);
  }
}
