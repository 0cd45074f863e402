package io.r1reward.core.media;

import io.r1reward.InvalidInputException;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Which frames of a video are shown to the model. Thread-safe. */
public final class FrameSampling {

  /** Frames of one time step; frame counts are made multiples of it. */
  public static final int FRAME_FACTOR = 2;

  /** Frames that the published benchmark scripts show of every video. */
  public static final int BENCHMARK_FRAMES = 32;

  private FrameSampling() {}

  /**
   * Chooses {@value #BENCHMARK_FRAMES} of {@code totalFrames} frames as the published benchmark
   * scripts do.
   *
   * @return frame indices in order, repeated where the video is shorter
   * @throws InvalidInputException if {@code totalFrames} is less than 1
   */
  public static int[] benchmark(int totalFrames) {
    return evenly(totalFrames, BENCHMARK_FRAMES);
  }

  /**
   * Chooses {@code count} indices evenly spaced from the first frame to the last, truncated towards
   * zero: {@code int(linspace(0, totalFrames - 1, count))} of NumPy.
   *
   * @return frame indices in order, {@code [count]}
   * @throws InvalidInputException if a number is less than 1
   */
  public static int[] evenly(int totalFrames, int count) {
    if (totalFrames < 1 || count < 1) {
      throw new InvalidInputException(
          "frames and count must be at least 1, got " + totalFrames + " and " + count);
    }
    int[] indices = new int[count];
    if (count == 1) {
      return indices;
    }
    double step = (totalFrames - 1.0) / (count - 1);
    for (int i = 0; i < count - 1; i++) {
      indices[i] = (int) (i * step);
    }
    indices[count - 1] = totalFrames - 1;
    return indices;
  }

  /**
   * How many frames a video is to be sampled at: the options of a video element of {@code
   * qwen_vl_utils}. Give either a frame count or a rate. Immutable.
   *
   * @param frames wanted number of frames
   * @param fps wanted frames per second, 2 if neither is given
   * @param minFrames fewest frames with a rate, 4 if not given
   * @param maxFrames most frames with a rate, 768 if not given
   */
  public record Options(
      OptionalInt frames, OptionalDouble fps, OptionalInt minFrames, OptionalInt maxFrames) {

    /** No option given: 2 frames per second, 4 to 768 frames. */
    public static final Options DEFAULT =
        new Options(
            OptionalInt.empty(), OptionalDouble.empty(), OptionalInt.empty(), OptionalInt.empty());

    /** Checks that not both a count and a rate are given. */
    public Options {
      if (frames.isPresent() && fps.isPresent()) {
        throw new InvalidInputException(
            "give either frames or fps, got frames "
                + frames.getAsInt()
                + " and fps "
                + fps.getAsDouble());
      }
    }

    /** A wanted number of frames. */
    public static Options frames(int count) {
      return new Options(
          OptionalInt.of(count), OptionalDouble.empty(), OptionalInt.empty(), OptionalInt.empty());
    }

    /** A wanted rate. */
    public static Options fps(double rate) {
      return new Options(
          OptionalInt.empty(), OptionalDouble.of(rate), OptionalInt.empty(), OptionalInt.empty());
    }
  }

  /**
   * Returns how many frames {@code qwen_vl_utils} samples from a video file: {@code smart_nframes}.
   *
   * @param totalFrames frames in the file
   * @param videoFps frames per second of the file
   * @throws InvalidInputException if the result is not between {@value #FRAME_FACTOR} and {@code
   *     totalFrames}, or a number is not positive
   */
  public static int smartFrameCount(Options options, int totalFrames, double videoFps) {
    if (totalFrames < 1 || !(videoFps > 0)) {
      throw new InvalidInputException(
          "frames and rate of a video must be positive, got " + totalFrames + " at " + videoFps);
    }
    double count;
    if (options.frames().isPresent()) {
      count = Math.rint((double) options.frames().getAsInt() / FRAME_FACTOR) * FRAME_FACTOR;
    } else {
      double least =
          Math.ceil((double) options.minFrames().orElse(4) / FRAME_FACTOR) * FRAME_FACTOR;
      int upper = options.maxFrames().orElse(Math.min(768, totalFrames));
      double most = Math.floor((double) upper / FRAME_FACTOR) * FRAME_FACTOR;
      double wanted = totalFrames / videoFps * options.fps().orElse(2.0);
      double limited = Math.min(Math.min(Math.max(wanted, least), most), totalFrames);
      count = Math.floor(limited / FRAME_FACTOR) * FRAME_FACTOR;
    }
    if (!(count >= FRAME_FACTOR && count <= totalFrames)) {
      throw new InvalidInputException(
          "nframes must be within [" + FRAME_FACTOR + ", " + totalFrames + "], got " + count);
    }
    return (int) count;
  }
}
