package io.r1reward.video;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import io.r1reward.Image;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Films of 64 x 32 pixels whose frames show their number: eight bars of 8 pixels from left to
 * right, white where the bit is set, the lowest bit first.
 */
final class TestVideos {
  static final int WIDTH = 64;
  static final int HEIGHT = 32;

  private TestVideos() {}

  /** Writes frames one tick of {@code 1 / fps} seconds apart. */
  static Path write(Path file, String codec, int fps, int frames) {
    return write(file, codec, fps, LongStream.range(0, frames).toArray(), 0);
  }

  /**
   * Writes frames at these times, in ticks of {@code 1 / fps} seconds.
   *
   * @param clockwise degrees that bring the frames upright
   */
  static Path write(Path file, String codec, int fps, long[] times, int clockwise) {
    return write(file, codec, fps, times, clockwise, WIDTH, HEIGHT);
  }

  /** The same in another size. */
  static Path write(
      Path file, String codec, int fps, long[] times, int clockwise, int width, int height) {
    Ffmpeg.load();
    AVFormatContext out = new AVFormatContext(null);
    done(avformat_alloc_output_context2(out, null, null, file.toString()));
    AVCodec encoder = avcodec_find_encoder_by_name(codec);
    AVCodecContext context = avcodec_alloc_context3(encoder);
    context.width(width).height(height).pix_fmt(AV_PIX_FMT_YUV420P).bit_rate(2_000_000);
    context.time_base().num(1).den(fps);
    context.framerate().num(fps).den(1);
    context.gop_size(12);
    context.flags(context.flags() | AV_CODEC_FLAG_GLOBAL_HEADER);
    if (codec.equals("mpeg4")) {
      context.max_b_frames(2);
    }
    done(avcodec_open2(context, encoder, (AVDictionary) null));
    AVStream stream = avformat_new_stream(out, null);
    done(avcodec_parameters_from_context(stream.codecpar(), context));
    stream.time_base(context.time_base());
    stream.avg_frame_rate().num(fps).den(1);
    rotate(stream, clockwise);
    AVIOContext io = new AVIOContext(null);
    done(avio_open(io, file.toString(), AVIO_FLAG_WRITE));
    out.pb(io);
    done(avformat_write_header(out, (AVDictionary) null));
    AVFrame frame = av_frame_alloc();
    frame.width(width).height(height).format(AV_PIX_FMT_YUV420P);
    done(av_frame_get_buffer(frame, 0));
    for (int i = 0; i < times.length; i++) {
      done(av_frame_make_writable(frame));
      paint(frame, i);
      frame.pts(times[i]);
      done(avcodec_send_frame(context, frame));
      drain(context, out, stream);
    }
    done(avcodec_send_frame(context, null));
    drain(context, out, stream);
    done(av_write_trailer(out));
    avio_closep(io);
    out.pb(null);
    av_frame_free(frame);
    avcodec_free_context(context);
    avformat_free_context(out);
    return file;
  }

  private static void rotate(AVStream stream, int clockwise) {
    if (clockwise == 0) {
      return;
    }
    PointerPointer<AVPacketSideData> list = new PointerPointer<>(1);
    list.put(0, null);
    IntPointer count = new IntPointer(1).put(0);
    AVPacketSideData data = av_packet_side_data_new(list, count, AV_PKT_DATA_DISPLAYMATRIX, 36, 0);
    av_display_rotation_set(new IntPointer(data.data()), clockwise);
    stream.codecpar().coded_side_data(data).nb_coded_side_data(1);
  }

  private static void drain(AVCodecContext context, AVFormatContext out, AVStream stream) {
    AVPacket packet = av_packet_alloc();
    while (avcodec_receive_packet(context, packet) >= 0) {
      if (packet.duration() == 0) {
        packet.duration(1);
      }
      av_packet_rescale_ts(packet, context.time_base(), stream.time_base());
      packet.stream_index(0);
      done(av_interleaved_write_frame(out, packet));
    }
    av_packet_free(packet);
  }

  private static void paint(AVFrame frame, int number) {
    for (int y = 0; y < frame.height(); y++) {
      for (int x = 0; x < frame.width(); x++) {
        byte luma = (byte) ((number >> (x / 8) & 1) == 1 ? 235 : 16);
        frame.data(0).put((long) y * frame.linesize(0) + x, luma);
      }
    }
    for (int plane = 1; plane < 3; plane++) {
      for (int i = 0; i < (frame.height() + 1) / 2 * frame.linesize(plane); i++) {
        frame.data(plane).put(i, (byte) 128);
      }
    }
  }

  private static void done(int code) {
    if (code < 0) {
      throw new IllegalStateException("FFmpeg answered " + code);
    }
  }

  static BufferedImage pixels(Image frame) {
    return ((Image.PixelsSource) frame.source()).image();
  }

  /** Returns the numbers that frames show. */
  static List<Integer> numbers(List<Image> frames) {
    return frames.stream().map(frame -> number(pixels(frame))).toList();
  }

  private static int number(BufferedImage picture) {
    int number = 0;
    for (int bit = 0; bit < 8; bit++) {
      int green = picture.getRaster().getSample(8 * bit + 4, HEIGHT / 2, 1);
      number |= (green > 127 ? 1 : 0) << bit;
    }
    return number;
  }
}
