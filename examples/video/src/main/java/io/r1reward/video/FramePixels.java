package io.r1reward.video;

import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_BGR24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ444P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;
import static org.bytedeco.ffmpeg.global.swscale.SWS_FULL_CHR_H_INT;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCoefficients;
import static org.bytedeco.ffmpeg.global.swscale.sws_getContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale_frame;
import static org.bytedeco.ffmpeg.global.swscale.sws_setColorspaceDetails;

import io.r1reward.MediaException;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;

/**
 * From a decoded frame to an upright picture of its own size. Colours follow the matrix and range
 * that the frame names, ITU-R BT.601 where it names none, as FFmpeg does. Stateless.
 */
final class FramePixels {
  private static final int FLAGS = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT;

  private FramePixels() {}

  static BufferedImage picture(AVFrame frame, int quarterTurns, Path file) {
    int width = frame.width();
    int height = frame.height();
    SwsContext scaler =
        sws_getContext(
            width,
            height,
            frame.format(),
            width,
            height,
            AV_PIX_FMT_BGR24,
            FLAGS,
            null,
            null,
            (DoublePointer) null);
    if (scaler == null) {
      throw new MediaException(file + ": no conversion from pixel format " + frame.format());
    }
    AVFrame colours = av_frame_alloc();
    try {
      IntPointer matrix = sws_getCoefficients(frame.colorspace());
      sws_setColorspaceDetails(scaler, matrix, fullRange(frame), matrix, 1, 0, 1 << 16, 1 << 16);
      colours.width(width).height(height).format(AV_PIX_FMT_BGR24);
      Ffmpeg.checked(av_frame_get_buffer(colours, 0), file, "memory for a frame");
      Ffmpeg.checked(sws_scale_frame(scaler, colours, frame), file, "conversion of a frame");
      return upright(colours, quarterTurns);
    } finally {
      av_frame_free(colours);
      sws_freeContext(scaler);
    }
  }

  private static int fullRange(AVFrame frame) {
    boolean jpeg = frame.format() >= AV_PIX_FMT_YUVJ420P && frame.format() <= AV_PIX_FMT_YUVJ444P;
    return frame.color_range() == AVCOL_RANGE_JPEG
            || (frame.color_range() == AVCOL_RANGE_UNSPECIFIED && jpeg)
        ? 1
        : 0;
  }

  private static BufferedImage upright(AVFrame colours, int quarterTurns) {
    int width = colours.width();
    int height = colours.height();
    boolean across = quarterTurns % 2 == 1;
    BufferedImage picture =
        new BufferedImage(
            across ? height : width, across ? width : height, BufferedImage.TYPE_3BYTE_BGR);
    byte[] target = ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
    BytePointer source = colours.data(0);
    byte[] row = new byte[3 * width];
    for (int y = 0; y < height; y++) {
      source.position((long) y * colours.linesize(0)).get(row);
      if (quarterTurns == 0) {
        System.arraycopy(row, 0, target, y * row.length, row.length);
        continue;
      }
      for (int x = 0; x < width; x++) {
        int to =
            switch (quarterTurns) {
              case 1 -> x * height + height - 1 - y;
              case 2 -> (height - 1 - y) * width + width - 1 - x;
              default -> (width - 1 - x) * height + y;
            };
        System.arraycopy(row, 3 * x, target, 3 * to, 3);
      }
    }
    return picture;
  }
}
