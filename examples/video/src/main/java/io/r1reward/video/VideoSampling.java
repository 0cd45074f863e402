package io.r1reward.video;

import io.r1reward.InvalidInputException;
import io.r1reward.core.media.FrameSampling;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How many frames of a video are shown: the options of a video of {@code qwen_vl_utils}, whose
 * {@code smart_nframes} decides. Either a rate between two numbers of frames, or a number.
 * Immutable.
 *
 * @param frames wanted number of frames, rounded to a multiple of 2; empty with a rate
 * @param fps wanted frames per second; meaningless with a number
 * @param minFrames fewest frames that a rate gives, rounded up to a multiple of 2
 * @param maxFrames most frames that a rate gives, rounded down to a multiple of 2
 */
public record VideoSampling(OptionalInt frames, double fps, int minFrames, int maxFrames) {

  /** 2 frames per second, 4 to 768 frames. */
  public static final VideoSampling DEFAULT = new VideoSampling(OptionalInt.empty(), 2.0, 4, 768);

  /** Checks the numbers. */
  public VideoSampling {
    if (frames.isPresent() && frames.getAsInt() < 2) {
      throw new InvalidInputException("frames must be at least 2, got " + frames.getAsInt());
    }
    if (!(fps > 0) || Double.isInfinite(fps)) {
      throw new InvalidInputException("fps must be positive and finite, got " + fps);
    }
    if (minFrames < 2 || maxFrames < minFrames) {
      throw new InvalidInputException(
          "frames must be at least 2 and at most those of maxFrames, got minFrames "
              + minFrames
              + " and maxFrames "
              + maxFrames);
    }
  }

  /** A number of frames, evenly spaced. */
  public static VideoSampling ofFrames(int frames) {
    return new VideoSampling(OptionalInt.of(frames), 2.0, 4, 768);
  }

  /** A rate, with 4 to 768 frames. */
  public static VideoSampling ofFps(double fps) {
    return new VideoSampling(OptionalInt.empty(), fps, 4, 768);
  }

  /** The same rate with other bounds. */
  public VideoSampling between(int fewest, int most) {
    return new VideoSampling(frames, fps, fewest, most);
  }

  /** Returns how many of {@code total} frames are taken. */
  int count(int total, double videoFps) {
    if (frames.isPresent()) {
      return FrameSampling.smartFrameCount(
          FrameSampling.Options.frames(frames.getAsInt()), total, videoFps);
    }
    return FrameSampling.smartFrameCount(
        new FrameSampling.Options(
            OptionalInt.empty(),
            OptionalDouble.of(fps),
            OptionalInt.of(minFrames),
            OptionalInt.of(Math.min(maxFrames, total))),
        total,
        videoFps);
  }

  /**
   * Returns the places of {@code count} frames: {@code torch.linspace(0, total - 1,
   * count).round()}, which computes in float32 from either end and rounds halves to even.
   */
  static int[] places(int total, int count) {
    int[] places = new int[count];
    float last = total - 1;
    float step = count > 1 ? last / (count - 1) : 0;
    for (int i = 0; i < count; i++) {
      float place = i < count / 2 ? step * i : last - step * (count - 1 - i);
      places[i] = (int) Math.rint(count == 1 ? 0 : place);
    }
    return places;
  }
}
