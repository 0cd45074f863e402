package io.r1reward;

import static io.r1reward.Given.copy;

import java.nio.file.Path;
import java.util.List;

/**
 * A video as a list of its sampled frames, as {@code qwen_vl_utils} takes it. All frames are
 * resized to the size computed from the first one, an odd number of frames is completed by
 * repeating the last, and two frames make one time step of {@code 2 / fps} seconds.
 *
 * @param frames the sampled frames in time order, at least one
 * @param fps sampled frames per second, positive and finite
 */
public record Video(List<Image> frames, double fps) implements Media {

  /** Frames per second that {@code qwen_vl_utils} assumes where nothing is said. */
  public static final double DEFAULT_FPS = 2.0;

  /** Checks the frame count and rate. */
  public Video {
    frames = copy(frames, "frames");
    if (frames.isEmpty()) {
      throw new InvalidInputException("a video needs at least 1 frame, got 0");
    }
    if (!(fps > 0) || Double.isInfinite(fps)) {
      throw new InvalidInputException("fps must be positive and finite, got " + fps);
    }
  }

  /** A video sampled at {@link #DEFAULT_FPS} frames per second. */
  public static Video of(List<Image> frames) {
    return of(frames, DEFAULT_FPS);
  }

  /** A video sampled at {@code fps} frames per second. */
  public static Video of(List<Image> frames, double fps) {
    return new Video(frames, fps);
  }

  /** A video from frame files. */
  public static Video ofFiles(List<Path> frames, double fps) {
    List<Path> files = copy(frames, "frames");
    return of(files.stream().map(Image::of).toList(), fps);
  }
}
