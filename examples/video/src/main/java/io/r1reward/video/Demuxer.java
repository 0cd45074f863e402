package io.r1reward.video;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_display_rotation_get;

import io.r1reward.CancelledException;
import io.r1reward.MediaException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;

/**
 * An open file and its video stream. Only MP4 and its relatives, WebM and Matroska are opened,
 * whatever the name is, and nothing but the file itself: no playlist, no network. Not thread-safe.
 */
final class Demuxer implements AutoCloseable {
  private static final String FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm";

  private final Path file;
  private final AVFormatContext context;
  private final AVStream stream;

  private Demuxer(Path file, AVFormatContext context, AVStream stream) {
    this.file = file;
    this.context = context;
    this.stream = stream;
  }

  static Demuxer open(Path file) {
    AVFormatContext context = avformat_alloc_context();
    AVDictionary options = new AVDictionary(null);
    av_dict_set(options, "protocol_whitelist", "file", 0);
    av_dict_set(options, "format_whitelist", FORMATS, 0);
    int code;
    try (BytePointer url = new BytePointer("file:" + file.toAbsolutePath(), UTF_8)) {
      code = avformat_open_input(context, url, null, options); // frees the context if it fails
    } finally {
      av_dict_free(options);
    }
    Ffmpeg.checked(code, file, "opening it as MP4 or WebM");
    try {
      int best = av_find_best_stream(context, AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
      if (best < 0) {
        throw new MediaException(
            file + " holds no video stream among " + context.nb_streams() + " streams");
      }
      return new Demuxer(file, context, context.streams(best));
    } catch (RuntimeException | Error e) {
      avformat_close_input(context);
      throw e;
    }
  }

  AVStream stream() {
    return stream;
  }

  /** Returns what the head of the file tells, 0 where it tells nothing. */
  double seconds() {
    return Math.max(0, context.duration() / 1e6);
  }

  /**
   * Returns how often 90 degrees clockwise bring the frames upright, 0 to 3; angles between are
   * rounded.
   */
  int quarterTurns() {
    AVPacketSideData matrix =
        stream.codecpar().nb_coded_side_data() == 0
            ? null
            : av_packet_side_data_get(
                stream.codecpar().coded_side_data(),
                stream.codecpar().nb_coded_side_data(),
                AV_PKT_DATA_DISPLAYMATRIX);
    if (matrix == null || matrix.size() < 36) {
      return 0;
    }
    double angle = av_display_rotation_get(new IntPointer(matrix.data())); // counterclockwise
    return Double.isNaN(angle) ? 0 : Math.floorMod(-Math.round(angle / 90), 4);
  }

  /**
   * Reads the next packet of any stream.
   *
   * @return false at the end
   */
  boolean read(AVPacket packet) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancelledException("interrupted while reading " + file);
    }
    int code = av_read_frame(context, packet);
    if (code == AVERROR_EOF) {
      if (context.pb() != null && context.pb().error() < 0) {
        Ffmpeg.checked(context.pb().error(), file, "reading");
      }
      return false;
    }
    Ffmpeg.checked(code, file, "reading");
    return true;
  }

  boolean isOfVideo(AVPacket packet) {
    return packet.stream_index() == stream.index();
  }

  /** Returns the seconds at which a packet ends. */
  double end(AVPacket packet) {
    var base = context.streams(packet.stream_index()).time_base();
    return ((double) packet.pts() + packet.duration()) * base.num() / base.den();
  }

  @Override
  public void close() {
    avformat_close_input(context);
  }
}
