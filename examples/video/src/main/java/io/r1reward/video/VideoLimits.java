package io.r1reward.video;

import io.r1reward.InvalidInputException;
import io.r1reward.MediaException;
import java.time.Duration;

/**
 * What a video file may have at most. What the head of a file tells is checked before anything is
 * decoded, and once more on what is really there. Immutable.
 *
 * @param bytes size of the file
 * @param duration from the first frame to the last
 * @param frames in the file
 * @param framePixels width times height of one frame
 * @param sampledPixels of all frames that are taken, which take 3 bytes each
 */
public record VideoLimits(
    long bytes, Duration duration, int frames, long framePixels, long sampledPixels) {

  /** 2 GiB, one hour, 500,000 frames, 4096 x 2304 pixels a frame, 128 Mi pixels in all. */
  public static final VideoLimits DEFAULT =
      new VideoLimits(2L << 30, Duration.ofHours(1), 500_000, 4096L * 2304, 128L << 20);

  /** Checks that every limit is positive. */
  public VideoLimits {
    if (bytes < 1
        || duration.isNegative()
        || duration.isZero()
        || frames < 1
        || framePixels < 1
        || sampledPixels < 1) {
      throw new InvalidInputException(
          "limits must be positive, got bytes %d, duration %s, frames %d, framePixels %d, sampledPixels %d"
              .formatted(bytes, duration, frames, framePixels, sampledPixels));
    }
  }

  /** The same with another size of the file. */
  public VideoLimits withBytes(long most) {
    return new VideoLimits(most, duration, frames, framePixels, sampledPixels);
  }

  /** The same with another duration. */
  public VideoLimits withDuration(Duration most) {
    return new VideoLimits(bytes, most, frames, framePixels, sampledPixels);
  }

  /** The same with another number of frames in the file. */
  public VideoLimits withFrames(int most) {
    return new VideoLimits(bytes, duration, most, framePixels, sampledPixels);
  }

  /** The same with another number of pixels in a frame. */
  public VideoLimits withFramePixels(long most) {
    return new VideoLimits(bytes, duration, frames, most, sampledPixels);
  }

  /** The same with another number of pixels in all frames that are taken. */
  public VideoLimits withSampledPixels(long most) {
    return new VideoLimits(bytes, duration, frames, framePixels, most);
  }

  double seconds() {
    return duration.getSeconds() + duration.getNano() / 1e9;
  }

  /** Refuses a whole number above its limit. */
  static void check(String thing, long value, long limit, String unit) {
    check(thing, (double) value, (double) limit, unit);
  }

  /** Refuses a value above its limit. */
  static void check(String thing, double value, double limit, String unit) {
    if (value > limit) {
      throw new MediaException(
          thing + ": " + shown(value) + " " + unit + ", at most " + shown(limit) + " are allowed");
    }
  }

  private static String shown(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
