package io.r1reward.video;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_VP8;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_DISCARD;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import io.r1reward.MediaException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.bytedeco.ffmpeg.avcodec.AVPacket;

/**
 * When the frames of a video are shown, from its packets: nothing is decoded. Not changed after it
 * is made.
 *
 * @param stamps times of all frames in order, in ticks of the stream
 * @param tick seconds
 */
@SuppressWarnings("ArrayRecordComponent") // not handed out
record FrameTimes(long[] stamps, double tick) {
  /** How much earlier than the head of a file says its packets may end: rounding, last frames. */
  private static final double MISSING_SECONDS = 1;

  /** Reads a file to its end. */
  static FrameTimes scan(Demuxer demuxer, Path file, VideoLimits limits) {
    LongStream.Builder stamps = LongStream.builder();
    int codec = demuxer.stream().codecpar().codec_id();
    long packets = 0;
    double end = 0;
    AVPacket packet = av_packet_alloc();
    try {
      while (demuxer.read(packet)) {
        if (packet.pts() != AV_NOPTS_VALUE) {
          end = Math.max(end, demuxer.end(packet));
        }
        if (demuxer.isOfVideo(packet)) {
          packets++;
          VideoLimits.check(file + ": frames", packets, limits.frames(), "frames");
          if (isShown(packet, codec)) {
            stamps.add(stamp(packet, file, packets));
          }
        }
        av_packet_unref(packet);
      }
    } finally {
      av_packet_free(packet);
    }
    long told = demuxer.stream().nb_frames();
    if (packets < told) {
      throw new MediaException(
          file + " is cut off: its head tells " + told + " frames, it holds " + packets);
    }
    if (end < demuxer.seconds() - MISSING_SECONDS) {
      throw new MediaException(
          file + " is cut off: its head tells " + demuxer.seconds() + " s, it ends at " + end);
    }
    var base = demuxer.stream().time_base();
    return new FrameTimes(
        stamps.build().sorted().distinct().toArray(), (double) base.num() / base.den());
  }

  private static long stamp(AVPacket packet, Path file, long number) {
    if (packet.pts() == AV_NOPTS_VALUE) {
      throw new MediaException(file + ": frame " + number + " has no time");
    }
    return packet.pts();
  }

  /** Packets that an edit list cuts away, and those that VP8 only predicts from, show nothing. */
  private static boolean isShown(AVPacket packet, int codec) {
    boolean hidden =
        codec == AV_CODEC_ID_VP8 && packet.size() > 0 && (packet.data().get() & 16) == 0;
    return (packet.flags() & AV_PKT_FLAG_DISCARD) == 0 && !hidden;
  }

  int count() {
    return stamps.length;
  }

  /** Returns the seconds from the first frame to the last. */
  double seconds() {
    return count() < 2 ? 0 : ((double) stamps[count() - 1] - stamps[0]) * tick;
  }

  /**
   * Returns frames per second: a rate that explains every time within a tick, so the exact one of a
   * file that rounds its times to milliseconds; otherwise the mean.
   *
   * @param told rates that the file tells, the best first; not positive where it tells none
   */
  double fps(double... told) {
    if (count() < 2) {
      return told.length > 0 && told[0] > 0 ? told[0] : 1;
    }
    double mean = mean();
    double[] round = {Math.rint(mean), Math.rint(mean * 1.001) / 1.001};
    for (double rate : told) {
      if (isEven(rate)) {
        return rate;
      }
    }
    return Arrays.stream(round).filter(this::isEven).findFirst().orElse(mean);
  }

  /** Says whether frames follow each other at one distance. */
  boolean isConstant() {
    return count() < 2 || isEven(fps());
  }

  private double mean() {
    return (count() - 1) / seconds();
  }

  private boolean isEven(double rate) {
    if (!(rate > 0) || Double.isInfinite(rate)) {
      return false;
    }
    for (int i = 0; i < count(); i++) {
      if (Math.abs((stamps[i] - stamps[0]) - i / (rate * tick)) > 1.001) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns which frames are shown at {@code count} places. At a constant rate these are the places
   * of the reference; otherwise the times between the first frame and the last are divided evenly,
   * and the frame is taken that is on the screen then.
   */
  int[] places(int count) {
    int[] places = VideoSampling.places(count(), count);
    if (isConstant()) {
      return places;
    }
    double span = (double) stamps[count() - 1] - stamps[0];
    for (int i = 0; i < count; i++) {
      double time = count == 1 ? 0 : span * i / (count - 1);
      int found = Arrays.binarySearch(stamps, stamps[0] + (long) Math.floor(time));
      places[i] = found >= 0 ? found : -found - 2;
    }
    return places;
  }
}
