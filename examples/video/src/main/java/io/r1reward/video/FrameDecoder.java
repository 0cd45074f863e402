package io.r1reward.video;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import io.r1reward.MediaException;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Decodes frames one after the other up to the last that is wanted, and converts those that are. A
 * frame is known by its time, not by how many came before. Not thread-safe.
 */
final class FrameDecoder implements AutoCloseable {
  private static final int THREADS = Math.min(4, Runtime.getRuntime().availableProcessors());
  private static final int CORRUPT = 1; // AV_FRAME_FLAG_CORRUPT

  private final Path file;
  private final Demuxer demuxer;
  private final VideoLimits limits;
  private final AVCodecContext context;
  private final AVFrame frame;
  private final AVPacket packet;
  private final List<BufferedImage> pictures = new ArrayList<>();
  private long pixels;

  FrameDecoder(Path file, Demuxer demuxer, VideoLimits limits) {
    this.file = file;
    this.demuxer = demuxer;
    this.limits = limits;
    AVCodec decoder = decoder();
    this.context = avcodec_alloc_context3(decoder);
    this.frame = av_frame_alloc();
    this.packet = av_packet_alloc();
    try {
      open(decoder);
    } catch (RuntimeException | Error e) {
      close(); // nobody else can
      throw e;
    }
  }

  private AVCodec decoder() {
    int codec = demuxer.stream().codecpar().codec_id();
    AVCodec decoder = avcodec_find_decoder(codec);
    if (decoder == null) {
      throw new MediaException(
          file + ": no decoder for " + avcodec_get_name(codec).getString(StandardCharsets.UTF_8));
    }
    return decoder;
  }

  private void open(AVCodec decoder) {
    Ffmpeg.checked(
        avcodec_parameters_to_context(context, demuxer.stream().codecpar()), file, "its settings");
    context.pkt_timebase(demuxer.stream().time_base());
    context.thread_count(THREADS);
    // with room for the edges that a decoder pads; each frame is checked exactly below
    context.max_pixels(2 * Math.min(limits.framePixels(), 1L << 40) + 65_536);
    Ffmpeg.checked(
        avcodec_open2(context, decoder, (AVDictionary) null), file, "opening its decoder");
  }

  /**
   * Returns the frames at these places; a place may stand several times.
   *
   * @param places ascending
   */
  List<BufferedImage> pictures(FrameTimes times, int[] places) {
    boolean more = true;
    while (pictures.size() < places.length && more) {
      more = demuxer.read(packet);
      if (more && !demuxer.isOfVideo(packet)) {
        av_packet_unref(packet);
        continue;
      }
      int code = avcodec_send_packet(context, more ? packet : null);
      av_packet_unref(packet);
      Ffmpeg.checked(code, file, "decoding before the frame at " + next(places));
      receive(times, places);
    }
    if (pictures.size() < places.length) {
      throw new MediaException(
          "%s is broken: of %d frames, the one at %d cannot be decoded"
              .formatted(file, times.count(), next(places)));
    }
    return pictures;
  }

  private int next(int[] places) {
    return places[Math.min(pictures.size(), places.length - 1)];
  }

  private void receive(FrameTimes times, int[] places) {
    while (pictures.size() < places.length) {
      int code = avcodec_receive_frame(context, frame);
      if (code == AVERROR_EOF || Ffmpeg.wantsMore(code)) {
        return;
      }
      Ffmpeg.checked(code, file, "decoding the frame at " + next(places));
      VideoLimits.check(
          file + ": frame size",
          (long) frame.width() * frame.height(),
          limits.framePixels(),
          "pixels");
      int place = Arrays.binarySearch(times.stamps(), frame.best_effort_timestamp());
      if (place == next(places)) {
        take(places, place);
      }
    }
  }

  private void take(int[] places, int place) {
    if ((frame.flags() & CORRUPT) != 0 || frame.decode_error_flags() != 0) {
      throw new MediaException(file + " is broken: the frame at " + place + " is damaged");
    }
    pixels = Math.addExact(pixels, Math.multiplyExact((long) frame.width(), frame.height()));
    VideoLimits.check(file + ": sampled frames", pixels, limits.sampledPixels(), "pixels");
    BufferedImage picture = FramePixels.picture(frame, demuxer.quarterTurns(), file);
    while (pictures.size() < places.length && places[pictures.size()] == place) {
      pictures.add(picture);
    }
  }

  @Override
  public void close() {
    avcodec_free_context(context);
    av_frame_free(frame);
    av_packet_free(packet);
  }
}
