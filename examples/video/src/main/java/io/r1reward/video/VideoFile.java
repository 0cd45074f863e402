package io.r1reward.video;

import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.MediaException;
import io.r1reward.Video;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avutil.AVRational;

/**
 * Video files as the frames that a judge is shown. A file is read twice, first without decoding, to
 * know how many frames there are and when. Stateless, thread-safe.
 */
public final class VideoFile {

  private VideoFile() {}

  /** Reads a file as {@link VideoSampling#DEFAULT} and {@link VideoLimits#DEFAULT} say. */
  public static Video read(Path file) {
    return read(file, VideoSampling.DEFAULT);
  }

  /** Reads a file within {@link VideoLimits#DEFAULT}. */
  public static Video read(Path file, VideoSampling sampling) {
    return read(file, sampling, VideoLimits.DEFAULT);
  }

  /**
   * Reads a file.
   *
   * @return the sampled frames as decoded pixels, and how many of them a second has
   * @throws MediaException if it is not there, of another format, broken, cut off, without a
   *     picture, of fewer frames than are wanted, or beyond a limit
   * @throws io.r1reward.EngineException if FFmpeg for this machine is not on the class path
   * @throws io.r1reward.CancelledException if the thread is interrupted; its flag stays set
   */
  public static Video read(Path file, VideoSampling sampling, VideoLimits limits) {
    checkSize(file, limits);
    Ffmpeg.load();
    FrameTimes times;
    double fps;
    try (Demuxer demuxer = Demuxer.open(file)) {
      checkHead(file, demuxer, limits);
      times = FrameTimes.scan(demuxer, file, limits);
      AVRational mean = demuxer.stream().avg_frame_rate();
      AVRational base = demuxer.stream().r_frame_rate();
      fps = times.fps((double) mean.num() / mean.den(), (double) base.num() / base.den());
    }
    VideoLimits.check(file + ": duration", times.seconds(), limits.seconds(), "s");
    int count = count(file, times, fps, sampling);
    try (Demuxer demuxer = Demuxer.open(file)) {
      VideoLimits.check(
          file + ": " + count + " sampled frames",
          count * framePixels(demuxer),
          limits.sampledPixels(),
          "pixels");
      try (FrameDecoder decoder = new FrameDecoder(file, demuxer, limits)) {
        List<Image> frames =
            decoder.pictures(times, times.places(count)).stream().map(Image::of).toList();
        return Video.of(frames, count / Math.max(times.count(), 1e-6) * fps);
      }
    }
  }

  private static int count(Path file, FrameTimes times, double fps, VideoSampling sampling) {
    if (times.count() == 0) {
      throw new MediaException(file + " holds a video stream without a frame");
    }
    try {
      return sampling.count(times.count(), fps);
    } catch (InvalidInputException e) {
      throw new MediaException(file + ": " + e.getMessage(), e);
    }
  }

  private static void checkSize(Path file, VideoLimits limits) {
    if (!Files.isRegularFile(file)) {
      throw new MediaException(
          file + (Files.exists(file) ? " is no regular file" : " does not exist"));
    }
    try {
      VideoLimits.check(file + ": size", Files.size(file), limits.bytes(), "bytes");
    } catch (IOException e) {
      throw new MediaException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static void checkHead(Path file, Demuxer demuxer, VideoLimits limits) {
    VideoLimits.check(file + ": duration", demuxer.seconds(), limits.seconds(), "s");
    VideoLimits.check(file + ": frame size", framePixels(demuxer), limits.framePixels(), "pixels");
    VideoLimits.check(file + ": frames", demuxer.stream().nb_frames(), limits.frames(), "frames");
  }

  private static long framePixels(Demuxer demuxer) {
    AVCodecParameters picture = demuxer.stream().codecpar();
    return (long) picture.width() * picture.height();
  }
}
